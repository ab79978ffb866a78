"""`derive serve`: a page on this machine that derives a problem file, and judges an answer, as one types.

jobs      what is asked: derive, check, export; plain dictionaries in and out
worker    a process that does jobs, with limits on time and memory     pool    several of them, replaced when they end
answered  equal jobs done once, and of one page only the newest
guard     who may ask: this machine's own page, which knows the token  folder  the files that may be opened
app       the addresses (Starlette)    protocol, run    the server (uvicorn), on 127.0.0.1 only

Starlette and uvicorn are the extra `serve`: the standard library's server has a thread for every connection and says
of itself that it is not for use where somebody is hostile.
"""
