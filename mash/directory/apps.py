from django.apps import AppConfig

from mash.common import navigation


class DirectoryConfig(AppConfig):
    name = "mash.directory"

    def ready(self) -> None:
        """Put the directory and the guide into everybody's navigation."""
        navigation.add(
            navigation.Entry("Directory", "directory:home", 60, often=("screen", "answer", "out_of_hours"))
        )
        navigation.add(navigation.Entry("Referral guide", "directory:own_guide", 61))
