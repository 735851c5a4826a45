#!/bin/sh
# All tests of the JavaScript verifier, with Node's own runner. ASSAY_DEEP=1 makes the fuzz runs twenty times longer.
cd "$(dirname "$0")/../.." && exec node --test tests/web/*.test.js
