"""A city of hubs, with years behind them and a day's work before them, as its workers and senders meet it over HTTP."""
