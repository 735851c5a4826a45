# Each line of standard input is a JSON value; writes it as OpenGradient's enclaves do before they hash it.
import json
import sys

for line in sys.stdin:
    sys.stdout.write(json.dumps(json.loads(line), sort_keys=True) + "\n")
