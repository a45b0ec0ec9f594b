"""The shape of input when work is moved or accepted."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms

from mash.desk.models import PieceKind
from mash.desk.moving.queries import Piece
from mash.partnership.models import Staff


class MoveAll(forms.Form):
    """For each piece who takes it, and one reason for all.  The deputy on the rota stands there to begin with."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    why = forms.CharField(label="Why is the work moved?", max_length=240)

    def __init__(self, *args: Any, pieces: Sequence[Piece], deputy: Staff | None, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.pieces = pieces
        for piece in pieces:
            if piece.may and not piece.cannot and piece.kind != PieceKind.HELD:
                first = str(deputy.pk) if deputy and deputy in piece.may else ""
                choices = [("", "Nobody yet"), *((str(one.pk), _said(one, deputy)) for one in piece.may)]
                self.fields[piece.name] = forms.ChoiceField(
                    label=f"Who takes {piece.reference}?", choices=choices, initial=first, required=False
                )

    @property
    def rows(self) -> list[tuple[Piece, Any]]:
        """Return each piece with its field, or None where nothing is to choose."""
        return [(piece, self[piece.name] if piece.name in self.fields else None) for piece in self.pieces]

    @property
    def choices(self) -> dict[str, uuid.UUID]:
        """Return who was chosen, by the name of the piece."""
        said = {piece.name: self.cleaned_data.get(piece.name) for piece in self.pieces}
        return {name: uuid.UUID(chosen) for name, chosen in said.items() if chosen}


def _said(one: Staff, deputy: Staff | None) -> str:
    return f"{one} (deputy)" if deputy and one.pk == deputy.pk else str(one)


class Accept(forms.Form):
    """Which lines somebody accepts by name."""

    line = forms.TypedMultipleChoiceField(
        coerce=uuid.UUID, error_messages={"required": "Tick each line that you accept"}
    )
