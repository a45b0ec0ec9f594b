"""Panels as their pages show them."""
