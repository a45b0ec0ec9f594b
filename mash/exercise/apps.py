from django.apps import AppConfig


class ExerciseConfig(AppConfig):
    name = "mash.exercise"

    def ready(self) -> None:
        """Offer the pages in the navigation: the room to who trains, the paper feed to who sits in a seat."""
        from mash.common import navigation
        from mash.exercise import policy

        navigation.add(
            navigation.Entry(
                "Exercises",
                "exercise:home",
                64,
                seen_by=lambda staff: bool(policy.may_train(staff)),
                often=("train",),
            ),
            navigation.Entry(
                "Paper feed",
                "exercise:feed",
                1,
                seen_by=policy.sits_in_an_exercise,
                often=("screen", "answer"),
            ),
        )
