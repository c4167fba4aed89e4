#!/bin/sh
# The .NET runtime ignores SIGPIPE, gives other signals handlers of its own, raises the limit of open files and makes pipes in the temporary
# folder before the first line of the program runs; a shell drops variables that have no name of its kind. 'vfiomig run' gives its command
# all as the caller had it, so it is noted here.
self=$0
[ -L "$self" ] && self=$(readlink -f "$self")
case $self in */*) ;; *) self=./$self ;; esac
limit=$(ulimit -n)
if [ "$limit" != unlimited ] && [ "$limit" -lt 512 ] && [ "$(ulimit -Hn)" != unlimited ] && [ "$(ulimit -Hn)" -lt 512 ]; then
    echo "vfiomig: the limit of open files is $(ulimit -Hn), the runtime needs 512: raise it with 'ulimit -Hn 512'" >&2
    exit 1
fi
if [ "$1" = run ]; then
    while read -r key value; do
        case $key in SigIgn:) ignored=$value ;; SigBlk:) blocked=$value ;; esac
    done < /proc/self/status
    VFIOMIG_CALLER="$ignored $blocked $limit"
    VFIOMIG_ENVIRON=$(base64 -w 0 < /proc/$$/environ 2>/dev/null)
    [ ${#VFIOMIG_ENVIRON} -lt 120000 ] || VFIOMIG_ENVIRON=
    DOTNET_EnableDiagnostics=0
    export VFIOMIG_CALLER VFIOMIG_ENVIRON DOTNET_EnableDiagnostics
fi
exec "${self%/*}/vfiomig.host" "$@"
