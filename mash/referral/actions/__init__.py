"""What can happen to an online referral.  Each function is one thing that is done; only these write."""

from mash.referral.actions.beginning import TooMany, begin_by_code, begin_by_email, begin_from_post
from mash.referral.actions.coming_back import come_back, enter_code, send_code
from mash.referral.actions.expiring import delete_old
from mash.referral.actions.files import NotTaken, put_file, take_file_away
from mash.referral.actions.saving import ChangedElsewhere, Screen, TooLong, keep_page
from mash.referral.actions.sending import Sender, send

__all__ = [
    "ChangedElsewhere",
    "NotTaken",
    "Screen",
    "Sender",
    "TooLong",
    "TooMany",
    "begin_by_code",
    "begin_by_email",
    "begin_from_post",
    "come_back",
    "delete_old",
    "enter_code",
    "keep_page",
    "put_file",
    "send",
    "send_code",
    "take_file_away",
]
