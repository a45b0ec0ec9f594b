"""The record, measured: how fast lines are written, put under roots, and looked through."""
