#!/bin/sh
# All tests of the JavaScript verifier, with Node's own runner; arguments go to it. ASSAY_DEEP=1 makes the fuzz runs many times longer.
cd "$(dirname "$0")/../.." && exec node --test --test-reporter=./tests/web/support/reporter.js --test-reporter-destination=stdout "$@" tests/web/*.test.js
