"""Looking over a whole register for records that may be one person, by night.

Splink finds the pairs worth a look, on DuckDB or on a Spark session: no other way reads millions of records in
minutes.  It is installed as an extra (`pip install openmash[duplicates]`).  What is then said of a pair are the
product's own words and rules, so brothers, sisters and twins are told apart here as on every other page.
"""
