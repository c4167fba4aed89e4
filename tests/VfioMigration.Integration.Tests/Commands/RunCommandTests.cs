using System.Diagnostics;

using VfioMigration.Integration.Tests.Support;
using VfioMigration.Posix;

namespace VfioMigration.Integration.Tests.Commands;

/// <summary><c>vfiomig run</c>: commands to which /sys is the simulated tree.</summary>
public sealed class RunCommandTests : IDisposable
{
    private readonly Dictionary<string, string> environment = new() { ["VFIOMIG_RUNTIME_DIR"] = Program.NewRuntimeFolder() };

    public void Dispose() => Directory.Delete(environment["VFIOMIG_RUNTIME_DIR"], recursive: true);

    [Fact]
    public void ExamplesOfTheProposal_WorkAsWritten()
    {
        (int status, string output, string errors) = Run("""
            T=/sys/class/mdev_bus/0000:00:02.0/mdev_supported_types/i915-GVTg_V5_4
            VERSION=$(cat $T/migration_version)
            echo $VERSION > $T/migration_version || exit 9
            mdev_UUID1=$(cat /proc/sys/kernel/random/uuid)
            mdev_UUID2=$(cat /proc/sys/kernel/random/uuid)
            echo $mdev_UUID1 > $T/create; echo $mdev_UUID2 > $T/create
            VERSION=$(cat /sys/bus/mdev/devices/$mdev_UUID1/migration_version)
            echo $VERSION > /sys/bus/mdev/devices/$mdev_UUID2/migration_version || exit 8
            echo $VERSION
            """);
        Assert.Equal((0, "8086-591d-GVTg_V5_4-00000001\n", ""), (status, output, errors));
    }

    [Fact]
    public void RestOfTheRealSys_IsReadableThroughIt()
    {
        (int status, string output, _) = Run("cat /sys/kernel/mm/transparent_hugepage/enabled && ls /sys/fs /sys/block /sys/class/net && cat /sys/class/net/lo/mtu && ls /sys/module/fuse");
        Assert.Equal(0, status);
        Assert.Contains(File.ReadAllText("/sys/kernel/mm/transparent_hugepage/enabled").Trim(), output, StringComparison.Ordinal);
        Assert.Contains("65536", output, StringComparison.Ordinal);
        Assert.Contains("parameters", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 7", 7)]
    [InlineData("kill -TERM $$", 143)]
    [InlineData("exit 143", 143)]
    [InlineData("true", 0)]
    public void ExitStatus_IsTheCommands(string script, int expected) => Assert.Equal(expected, Run(script).Status);

    /// <summary>Python tells an exit status from a signal.</summary>
    [Theory]
    [InlineData("kill -TERM $$", -15)]
    [InlineData("kill -KILL $$", -9)]
    [InlineData("kill -SEGV $$", -11)]
    [InlineData("exit 143", 143)]
    public void CommandThatASignalEnds_EndsRunByThatSignal(string script, int expected)
    {
        string[] words = ["-c", "import subprocess, sys; print(subprocess.run(sys.argv[1:]).returncode)", Program.Path, "run", "--", "bash", "-c", script];
        using Process python = Program.Start("python3", words, environment);
        Assert.Equal($"{expected}\n", Program.Finish(python).Output);
    }

    /// <summary>Ignored and blocked signals, limits, file mode mask, arguments, environment and descriptors, of the caller and of the command.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("trap '' PIPE HUP; umask 027; ulimit -Sn 300; ulimit -Sc 0; exec 7</etc/passwd;")]
    [InlineData("export DOTNET_EnableDiagnostics=1 EMPTY= $'BYTES=\\xff\\xfe';")]
    public void CommandInRun_HasTheStateOfItsCaller(string preparation)
    {
        const string Show = """
            grep -E '^(Sig(Blk|Ign|Cgt)|Umask|NoNewPrivs|Cpus_allowed):' /proc/self/status | tr -d '\t'; cat /proc/self/limits; ls /proc/self/fd
            tr '\0' '\n' < /proc/self/environ | grep -avE '^(PATH|_|SHLVL|SYSTEMD_DEVICE_VERIFY_SYSFS|VFIOMIG_SOCKET|VFIOMIG_HOST)=' | LC_ALL=C sort | od -c
            printf '%s\n' "$@" | od -c
            """;
        string folder = environment["VFIOMIG_RUNTIME_DIR"];
        string script = Path.Combine(folder, "show");
        File.WriteAllText(script, Show);
        string arguments = $"bash {script} 'a b' '' $'\\xff\\x80' '@x' '--help' 'ü' -- '*'";

        (int status, string output, string errors) = Program.Bash(
            $"export VFIOMIG_RUNTIME_DIR={folder}; {preparation} ({arguments}) > {folder}/outside; {Program.Path} run -- {arguments} > {folder}/inside; diff {folder}/outside {folder}/inside");

        Assert.Equal((0, "", ""), (status, output, errors));
        File.Delete(script);
        File.Delete(Path.Combine(folder, "inside"));
        File.Delete(Path.Combine(folder, "outside"));
    }

    /// <summary>Python starts programs with SIGPIPE as it was, .NET leaves it ignored.</summary>
    [Fact]
    public void ManyLinesToHead_EndByTheBrokenPipe()
    {
        string[] words = ["-c", "import subprocess, sys; subprocess.run(sys.argv[1:])", Program.Path, "run", "--", "bash", "-c", "yes | head -n 1 > /dev/null; echo ${PIPESTATUS[0]}"];
        using Process python = Program.Start("python3", words, environment);
        Assert.Equal("141\n", Program.Finish(python).Output);
    }

    [Theory]
    [InlineData("run -- true")]
    [InlineData("run -- bash -c 'kill -KILL $$'")]
    [InlineData("run --host nowhere -- true")]
    [InlineData("run -- no-such-command-here")]
    public void Run_LeavesNothingInTheTemporaryFolder(string arguments)
    {
        string folder = Directory.CreateTempSubdirectory("vfiomig-temporary-").FullName;
        Program.Bash($"export TMPDIR={folder} VFIOMIG_RUNTIME_DIR={environment["VFIOMIG_RUNTIME_DIR"]}; {Program.Path} {arguments}");
        Assert.Empty(Directory.GetFileSystemEntries(folder));
        Directory.Delete(folder);
    }

    [Fact]
    public void KilledRun_TakesTheCommandAlongAndLeavesNothing()
    {
        string folder = Directory.CreateTempSubdirectory("vfiomig-temporary-").FullName;
        var more = new Dictionary<string, string>(environment) { ["TMPDIR"] = folder };
        using Process run = Program.Start(Program.Path, ["run", "--", "bash", "-c", "echo started $$; exec sleep 1000"], more);
        string line = run.StandardOutput.ReadLine()!;
        using Process command = Process.GetProcessById(int.Parse(line["started ".Length..], System.Globalization.CultureInfo.InvariantCulture));

        ProcessImage.Kill(run.Id, ProcessImage.SIGKILL);

        Assert.True(command.WaitForExit(Program.Limit), "the command outlives run");
        Program.Finish(run);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
        Directory.Delete(folder);
    }

    [Fact]
    public void DaemonThatEnds_LeavesTheCommandWithAnErrorAndNotWaiting()
    {
        var lab = new RunningLab();
        using Process run = Program.Start(Program.Path, ["run", "--host", "host", "--", "bash", "-c", "echo joined; read; ls /sys/bus/mdev"], lab.Environment);
        Program.WaitForLine(run.StandardOutput, "joined");
        lab.Stop(ProcessImage.SIGTERM);
        run.StandardInput.WriteLine();

        (int status, _, string errors) = Program.Finish(run);

        Assert.Equal(2, status);
        Assert.Contains("Transport endpoint is not connected", errors, StringComparison.Ordinal);
        lab.Dispose();
    }

    /// <summary>At a terminal: ^Z, bg, fg, ^C, and the command keeps the terminal.</summary>
    [Fact]
    public void TerminalOfAShell_ControlsRunAsItsCommand()
    {
        const string Script = """
            import os, pty, select, sys, time
            pid, terminal = pty.fork()
            if pid == 0:
                os.environ["PS1"] = "$ "
                os.execvp("bash", ["bash", "--norc", "-i"])
            def until(text):
                seen, end = b"", time.time() + 30
                while text not in seen:
                    if not select.select([terminal], [], [], max(0, end - time.time()))[0]:
                        sys.exit("waited for %r, seen %r" % (text, seen))
                    seen += os.read(terminal, 4096)
            def interrupt(text):
                # The shell prints the command before it gives it the terminal, so the first key may be the shell's.
                seen, end = b"", time.time() + 30
                while text not in seen:
                    if time.time() > end: sys.exit("waited for %r, seen %r" % (text, seen))
                    os.write(terminal, b"\x03")
                    time.sleep(0.1)
                    os.write(terminal, b"echo status=$?\n")
                    while text not in seen and select.select([terminal], [], [], 0.5)[0]: seen += os.read(terminal, 4096)
            def say(text):
                os.write(terminal, text)
            until(b"$ ")
            say(("%s run -- bash -c 'test -t 0 && echo terminal=$((40 + 2)); exec sleep 1000'\n" % sys.argv[1]).encode())
            until(b"terminal=42"); say(b"\x1a"); until(b"Stopped")
            say(b"bg\n"); until(b"&"); say(b"jobs\n"); until(b"Running")
            say(b"fg\n"); until(b"sleep 1000"); interrupt(b"status=130")
            print("all seen")
            """;
        string file = Path.Combine(environment["VFIOMIG_RUNTIME_DIR"], "terminal.py");
        File.WriteAllText(file, Script);
        using Process python = Program.Start("python3", [file, Program.Path], environment);

        (_, string output, string errors) = Program.Finish(python);

        Assert.Equal(("all seen\n", ""), (output, errors));
        File.Delete(file);
    }

    /// <summary>All of it: what the machine has is read-only, links lead somewhere, no device is on two drivers, the lab's buses are the lab's.</summary>
    [Theory]
    [InlineData("8086:591d")]
    [InlineData(null)]
    public void WalkOverSys_FindsItConsistentAndReadOnly(string? id)
    {
        string address = FunctionOfTheMachine() ?? "0000:00:1f.0";
        string? file = id is null ? null : Path.Combine(environment["VFIOMIG_RUNTIME_DIR"], "lab.json");
        if (file is not null)
        {
            File.WriteAllText(file, $$"""{ "hosts": [ { "name": "h", "pci": [ { "address": "{{address}}", "id": "{{id}}", "class": "030000" } ], "drivers": [ { "name": "i915" } ] } ] }""");
        }

        string[] options = file is null ? [] : ["--config", file];
        (int status, string output, string errors) = Program.Vfiomig(environment, ["run", .. options, "--", "bash", "-c", """
            find /sys/ ! -type l -fstype sysfs -writable | sed 's/^/writable: /'
            find /sys/ -xtype l | sed 's/^/dangling: /'
            ls -d /sys/bus/*/drivers/*/* | sed -n 's,.*/bus/\([^/]*\)/drivers/[^/]*/\([^/]*:[^/]*\)$,\1 \2,p' | sort | uniq -d | sed 's/^/two drivers: /'
            for bus in pci mdev css ap; do find /sys/bus/$bus -fstype sysfs 2>/dev/null | sed 's/^/of the machine: /'; done
            for link in /sys/bus/pci/devices/*; do case $(readlink -f $link) in /sys/devices/*) ;; *) echo odd: $link ;; esac; done
            diff <(ls /sys/class/net) <(tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' ' | LC_ALL=C sort) > /dev/null || echo interfaces
            touch /sys/power/state 2>/dev/null && echo touched
            true
            """]);

        string dangling = Program.Bash("find /sys/ -xtype l | sed 's/^/dangling: /'").Output;
        Assert.Equal((0, ""), (status, errors));
        Assert.Empty(output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Except(dangling.Split('\n')));
        if (file is not null)
        {
            File.Delete(file);
        }
    }

    /// <summary>One with a device of another bus behind it; null where there is none.</summary>
    private static string? FunctionOfTheMachine() => Directory.Exists("/sys/bus/pci/devices")
        ? Directory.GetDirectories("/sys/bus/pci/devices").FirstOrDefault(static function => Directory.GetDirectories(function, "virtio*").Length > 0) is { } found ? Path.GetFileName(found) : null
        : null;

    /// <summary>A shell with job control sees run stop and continue as it would the command.</summary>
    [Fact]
    public void CommandThatStops_StopsRunUntilItIsContinued()
    {
        (int status, string output, string errors) = Program.Bash(
            $"export VFIOMIG_RUNTIME_DIR={environment["VFIOMIG_RUNTIME_DIR"]}; set -m; {Program.Path} run -- bash -c 'kill -STOP $$; echo continued' & "
            + "while ! jobs %1 | grep -q Stopped; do :; done; echo stopped; kill -CONT %1; wait %1; echo $?");

        Assert.True(status == 0, errors);
        Assert.Equal("stopped\ncontinued\n0\n", output);
    }

    [Fact]
    public void UnknownCommand_IsReportedAs127()
    {
        (int status, _, string errors) = Program.Vfiomig(environment, "run", "--", "no-such-command-here");
        Assert.Equal(127, status);
        Assert.Contains("no-such-command-here: command not found", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void TerminatedRun_TakesTheCommandAndEverythingElseAlong()
    {
        using Process run = Program.Start(Program.Path, ["run", "--", "bash", "-c", "echo started; exec sleep 1000"], environment);
        Program.WaitForLine(run.StandardOutput, "started");
        ProcessImage.Kill(run.Id, ProcessImage.SIGTERM);
        Assert.Equal(143, Program.Finish(run).Status);
        Assert.Empty(Directory.GetFiles(environment["VFIOMIG_RUNTIME_DIR"]));
    }

    [Fact]
    public void Mdevctl_WorksInFull()
    {
        (int status, string output, string errors) = Run("""
            set -e
            U=83b8f4f2-509f-382f-3c1e-e6bfe0fa1001
            mdevctl types | grep -A4 i915-GVTg_V5_2$
            mdevctl start -u $U -p 0000:00:02.0 -t i915-GVTg_V5_2
            mdevctl list
            mdevctl define -u $U; mdevctl modify -u $U --auto; mdevctl list -d
            mdevctl list -d --dumpjson
            mdevctl start -u $U -p 0000:00:02.0 -t i915-GVTg_V5_2 2>&1 || true
            mdevctl stop -u $U; mdevctl list; mdevctl start -u $U; mdevctl list
            mdevctl undefine -u $U; mdevctl list -d
            """);
        Assert.Equal((0, ""), (status, errors));
        Repository.CompareWithGolden("mdevctl.txt", output);
    }

    [Fact]
    public void OtherTools_SeeWhatTheyWouldOnAKernel()
    {
        (int status, string output, _) = Run("""
            U=83b8f4f2-509f-382f-3c1e-e6bfe0fa1001
            echo $U > /sys/class/mdev_bus/mtty/mdev_supported_types/mtty-1/create
            systool -b mdev -v
            udevadm info -a -p /sys/bus/mdev/devices/$U | grep -E 'KERNEL|SUBSYSTEM|DRIVER'
            lspci -n -s 00:02.0
            find /sys/class/mdev_bus/mtty/ -maxdepth 3 | sort
            grep -r . /sys/class/mdev_bus/mtty/mdev_supported_types/ 2>/dev/null | sort
            tar cf - -C /sys/devices/virtual mtty 2>/dev/null | tar tf - | wc -l
            """);
        Assert.Equal(0, status);
        Repository.CompareWithGolden("tools.txt", output);
    }

    [Fact]
    public void UdevadmMonitor_SeesTheUeventsAsTheKernels()
    {
        (int status, string output, string errors) = Run("""
            udevadm monitor --kernel --property > /tmp/vfiomig-monitor.$$ &
            M=$!
            # The monitor is ready when it is a member of the netlink group.
            while ! awk 'NR > 1 && $2 == 15 && $4 == "00000001"' /proc/net/netlink | grep -q .; do :; done
            U=83b8f4f2-509f-382f-3c1e-e6bfe0fa1001
            echo $U > /sys/class/mdev_bus/mtty/mdev_supported_types/mtty-1/create
            echo 1 > /sys/bus/mdev/devices/$U/remove
            while ! grep -q "^ACTION=unbind" /tmp/vfiomig-monitor.$$; do :; done
            kill $M; wait $M
            grep "^KERNEL.* /devices/" /tmp/vfiomig-monitor.$$ | sed 's/\[[^]]*\]//; s/  */ /g'; rm /tmp/vfiomig-monitor.$$
            """);
        Assert.True(status == 0, errors);
        Assert.Equal(
            [
                "KERNEL add /devices/virtual/mtty/mtty/83b8f4f2-509f-382f-3c1e-e6bfe0fa1001 (mdev)",
                "KERNEL add /devices/virtual/vfio/3 (vfio)",
                "KERNEL add /devices/virtual/mtty/mtty/83b8f4f2-509f-382f-3c1e-e6bfe0fa1001/vfio-dev/vfio1 (vfio-dev)",
                "KERNEL bind /devices/virtual/mtty/mtty/83b8f4f2-509f-382f-3c1e-e6bfe0fa1001 (mdev)",
                "KERNEL remove /devices/virtual/mtty/mtty/83b8f4f2-509f-382f-3c1e-e6bfe0fa1001/vfio-dev/vfio1 (vfio-dev)",
                "KERNEL remove /devices/virtual/vfio/3 (vfio)",
                "KERNEL unbind /devices/virtual/mtty/mtty/83b8f4f2-509f-382f-3c1e-e6bfe0fa1001 (mdev)",
            ],
            // The real kernel announces the devices behind other mounts to every network namespace.
            output.Split('\n').Where(line => line.StartsWith("KERNEL", StringComparison.Ordinal) && !line.Contains("(bdi)", StringComparison.Ordinal)).Take(7));
    }

    [Fact]
    public void SharedNetwork_KeepsTheInterfaces()
    {
        string script = "cat /proc/net/dev";
        (_, string shared, _) = Program.Vfiomig(environment, "run", "--share-net", "--", "bash", "-c", script);
        Assert.Equal(Interfaces(File.ReadAllText("/proc/net/dev")), Interfaces(shared));
        Assert.Equal(["lo"], Interfaces(Run(script).Output));
    }

    [Fact]
    public void RunThatJoinsARunningHost_SeesItsDevicesAndUevents()
    {
        using var lab = new RunningLab();
        Program.Bash($"echo {MountedHost.Uuid} > {lab.Mount}/class/mdev_bus/mtty/mdev_supported_types/mtty-1/create");
        (int status, string output, string errors) = lab.Command(
            "run",
            "--host",
            "host",
            "--",
            "bash",
            "-c",
            "ls /sys/bus/mdev/devices; echo 1 > /sys/bus/mdev/devices/*/remove; cat /sys/kernel/mm/transparent_hugepage/enabled; vfiomig dmesg -t | tail -n 1");
        Assert.Equal((0, ""), (status, errors));
        Assert.StartsWith(MountedHost.Uuid, output, StringComparison.Ordinal);
        Assert.EndsWith($"mtty {MountedHost.Uuid}: Removing from iommu group 3\n", output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries($"{lab.Mount}/bus/mdev/devices"));
    }

    /// <summary>
    /// Whoever listens finds them in his socket when the write returns, with the number that the file shows. The machine may send uevents of its own at any time
    /// (of the mounts of other tests), so now and then the file is further.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Uevents_AreInTheSocketWhenTheWriteReturns(bool ofADaemon)
    {
        using RunningLab? lab = ofADaemon ? new RunningLab() : null;
        string script = Path.Combine(environment["VFIOMIG_RUNTIME_DIR"], "listen.py");
        File.WriteAllText(script, """
            import os, socket, sys, threading
            listener = socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, 15)
            listener.bind((0, 1))
            types = "/sys/class/mdev_bus/mtty/mdev_supported_types/mtty-2/create"
            def write(path, text):
                with open(path, "w") as file: file.write(text)
            def received():
                found = []
                while True:
                    try: found.append(listener.recv(65536, socket.MSG_DONTWAIT).decode().split("\0"))
                    except BlockingIOError: return found
            def number():
                with open("/sys/kernel/uevent_seqnum") as file: return int(file.read())
            stopping = threading.Event()
            def load():
                while not stopping.is_set(): os.listdir("/sys/bus/mdev/devices")
            workers = [threading.Thread(target=load) for _ in range(4)]
            for worker in workers: worker.start()
            missing = wrong = 0
            for n in range(100):
                uuid = "00000000-0000-0000-0000-%012d" % n
                for path, text, actions in ((types, uuid, ["add", "add", "add", "bind"]),
                                            ("/sys/bus/mdev/devices/%s/remove" % uuid, "1", ["remove", "remove", "unbind", "remove"])):
                    write(path, text)
                    got = received()
                    ours = [event[0].split("@") for event in got]
                    missing += [action for action, path in ours if "/mtty/" in path or "/vfio/" in path] != actions
                    wrong += number() != max(int(field[7:]) for event in got + received() for field in event if field.startswith("SEQNUM="))
            stopping.set()
            print(missing, wrong < 20)
            """);
        string[] words = ofADaemon ? ["run", "--host", "host", "--", "python3", script] : ["run", "--", "python3", script];

        (int status, string output, string errors) = Program.Vfiomig(lab?.Environment ?? environment, words);

        Assert.Equal((0, "0 True\n", ""), (status, output, errors));
    }

    [Fact]
    public void HostThatIsNowhere_IsRefusedWithTheNamesThereAre()
    {
        (int status, _, string errors) = Program.Vfiomig(environment, "run", "--host", "nowhere", "--", "true");
        Assert.Equal(1, status);
        Assert.Contains("--host nowhere: neither a running nor a configured host; configured: host", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void HostThatTwoDaemonsServe_IsNotChosen()
    {
        using var one = new RunningLab();
        using var other = new RunningLab(neighbour: one);

        (int status, _, string errors) = one.Command("run", "--host", "host", "--", "true");

        Assert.Equal(1, status);
        Assert.Contains("--host host: 2 daemons serve a host 'host'; set VFIOMIG_SOCKET to one of: ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void DaemonThatIsStopped_IsNamedWhenItsHostIsJoined()
    {
        using var lab = new RunningLab();
        ProcessImage.Kill(lab.ProcessId, ProcessImage.SIGSTOP);
        (int status, _, string errors) = lab.Command("run", "--host", "host", "--", "true");
        ProcessImage.Kill(lab.ProcessId, ProcessImage.SIGCONT);

        Assert.Equal(1, status);
        Assert.Contains($"{lab.ProcessId}.sock", errors, StringComparison.Ordinal);
        Assert.Contains("does not answer", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void SocketOfADaemonThatWasKilled_IsRemovedByTheNext()
    {
        using var killed = new RunningLab();
        killed.Stop(9);
        string folder = killed.Environment["VFIOMIG_RUNTIME_DIR"];
        Directory.CreateDirectory(Path.Combine(folder, $"{killed.ProcessId}.sock.host.mdevctl.d"));

        using var next = new RunningLab(neighbour: killed);

        Assert.Equal([$"{next.ProcessId}.sock"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName));
    }

    [Fact]
    public void OrdinaryUser_GetsATreeToo()
    {
        string folder = Directory.CreateTempSubdirectory("vfiomig-user-").FullName;
        (int status, string output, string errors) = Program.Bash(
            $"{(Environment.IsPrivilegedProcess ? $"chown nobody {folder};" : "")} {Program.AsOrdinaryUser} env VFIOMIG_RUNTIME_DIR={folder}/run HOME={folder} "
            + $"{Program.Path} run -- bash -c 'id -u; echo {MountedHost.Uuid} > /sys/class/mdev_bus/mtty/mdev_supported_types/mtty-1/create; "
            + $"mdevctl list; cat /sys/bus/mdev/devices/*/uevent; ls /sys/fs | head -n 1'");
        Directory.Delete(folder, recursive: true);
        Assert.True(status == 0, errors);
        Assert.StartsWith($"0\n{MountedHost.Uuid} mtty mtty-1 manual\n", output, StringComparison.Ordinal);
        Assert.Contains("DRIVER=mtty", output, StringComparison.Ordinal);
    }

    private (int Status, string Output, string Errors) Run(string script) => Program.Vfiomig(environment, "run", "--", "bash", "-c", script);

    private static IEnumerable<string> Interfaces(string procNetDev) =>
        procNetDev.Split('\n').Skip(2).Where(line => line.Contains(':')).Select(line => line.Split(':')[0].Trim()).Order();
}
