using System.Diagnostics;

namespace VfioMigration.Vendors.External.Tests;

/// <summary>
/// A FIFO that every process of a program holds open for writing: its end is the event that none of them is left. Scripts begin with <see cref="Prelude"/>.
/// </summary>
internal sealed class ProcessFifo : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder folder = new();
    private readonly Task<FileStream> opened;

    internal ProcessFifo()
    {
        Name = Path.Combine(folder.Path, "alive");
        using Process made = Process.Start("mkfifo", [Name]);
        made.WaitForExit();
        opened = Task.Factory.StartNew(() => new FileStream(Name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0), TaskCreationOptions.LongRunning);
    }

    /// <summary>Ignores what can be ignored. <c>stay()</c> says that the process is ready; <c>orphan()</c> starts a child of nobody, in a session of its own.</summary>
    internal const string Prelude = """
        import json, os, signal, sys
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGPIPE):
            signal.signal(number, signal.SIG_IGN)
        alive = os.open(sys.argv[1], os.O_WRONLY)

        def ready():
            os.write(alive, b"ready\n")

        def stay():
            ready()
            while True:
                signal.pause()

        def orphan(what=stay):
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    what()
                os._exit(0)
            os.wait()

        """;

    internal string Name { get; }

    /// <summary>The command of a script in Python, behind <see cref="Prelude"/>.</summary>
    internal string Command(string script) => Plain($"{Prelude}\n{script}");

    /// <summary>The command of a script in Python.</summary>
    internal string Plain(string script)
    {
        folder.Write("program.py", script + "\n");
        return $"python3 {Path.Combine(folder.Path, "program.py")} {Name}";
    }

    /// <summary>Returns when so many processes have said that they are ready.</summary>
    internal void WaitForReady(int processes)
    {
        byte[] line = new byte["ready\n".Length];
        FileStream stream = Within(opened);
        for (int i = 0; i < processes; i++)
        {
            Within(stream.ReadExactlyAsync(line).AsTask().ContinueWith(static read => read.IsCompletedSuccessfully));
            Assert.Equal("ready\n"u8.ToArray(), line);
        }
    }

    /// <summary>Returns when none is left.</summary>
    internal void WaitForEnd()
    {
        FileStream stream = Within(opened);
        byte[] rest = new byte[4096];
        while (Within(stream.ReadAsync(rest).AsTask()) > 0)
        {
        }
    }

    public void Dispose()
    {
        if (opened.IsCompletedSuccessfully)
        {
            opened.Result.Dispose();
        }

        folder.Dispose();
    }

    private static T Within<T>(Task<T> task)
    {
        Assert.True(task.Wait(Patience), "the processes do not end");
        return task.Result;
    }
}
