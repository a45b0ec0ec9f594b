"""The auditor's pages: who saw what, who searched for whom, what was refused, and what is unusual."""
