"""Who and what hangs together with a person, a place, an event or a group, outward step by step, and why."""
