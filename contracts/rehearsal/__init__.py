"""A committee rehearses its own draft with invented people, in a process and a database apart (ADR 0007).

`copying` reads the draft, in the process of the real calls; `house` keeps the processes of rehearsals there
and hands requests on to them. `founding`, `cast` and `time` work inside the rehearsal alone.
"""
