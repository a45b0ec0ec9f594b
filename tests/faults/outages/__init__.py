"""The whole product on this machine while its parts are killed, starved and stopped, and what must hold afterwards."""
