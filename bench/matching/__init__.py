"""How well and how fast a person is recognised: made-up families whose truth is known, ours and others' ways."""
