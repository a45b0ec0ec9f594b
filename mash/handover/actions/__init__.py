"""What can happen to a hand-over.  Each function is one thing somebody does; only these write."""

from mash.handover.actions.answering import accept, answer_question, ask, return_with_reasons, see
from mash.handover.actions.carrying import carry_over
from mash.handover.actions.chasing import chase_when_due
from mash.handover.actions.delivering import deliver, tell_line
from mash.handover.actions.exporting import ExportedAlready, OnAnotherCase, export, record_number
from mash.handover.actions.keeping import hub_said, no_longer_handed_over
from mash.handover.actions.refusals import AlreadySaid, NotWhole
from mash.handover.actions.sending import send_pack, take_back_pack
from mash.handover.actions.stepping import Held, Told, pass_step, send_on, send_together, stop_step
from mash.handover.actions.systems import end_key, give_key

__all__ = [
    "AlreadySaid",
    "ExportedAlready",
    "Held",
    "NotWhole",
    "OnAnotherCase",
    "Told",
    "accept",
    "answer_question",
    "ask",
    "carry_over",
    "chase_when_due",
    "deliver",
    "end_key",
    "export",
    "give_key",
    "hub_said",
    "no_longer_handed_over",
    "pass_step",
    "record_number",
    "return_with_reasons",
    "see",
    "send_on",
    "send_pack",
    "send_together",
    "stop_step",
    "take_back_pack",
    "tell_line",
]
