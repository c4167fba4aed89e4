#!/bin/sh
# The .NET runtime ignores SIGPIPE and raises the limit of open files before the first line of the program runs, and has pipes in the
# temporary folder, which stay there when a signal ends it. 'vfiomig run' gives its command all as the caller had it, so it is noted here.
self=$0
[ -L "$self" ] && self=$(readlink -f "$self")
if [ "$1" = run ]; then
    while read -r key value; do
        [ "$key" = SigIgn: ] && VFIOMIG_CALLER="$value $(ulimit -Sn) ${DOTNET_EnableDiagnostics-}"
    done < /proc/self/status
    DOTNET_EnableDiagnostics=0
    export VFIOMIG_CALLER DOTNET_EnableDiagnostics
fi
exec "${self%/*}/vfiomig.host" "$@"
