"""Timetables and closures from files that people already have: tables (CSV) and calendars (iCal).

Every import reads the whole file, says row by row what would happen, and then does all of it or
nothing.
"""
