using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

using VfioMigration.Integration.Tests.Support;
using VfioMigration.Posix;

namespace VfioMigration.Integration.Tests.Guests;

/// <summary>
/// A running QEMU: its guest's serial ports and its monitor. Whatever is waited for fails the test when QEMU ends before or when the process has lived too long,
/// with the end of the console and of standard error. A QEMU that still runs when the object is disposed is killed.
/// </summary>
internal sealed class QemuProcess : IAsyncDisposable
{
    private const int TailLength = 3000;

    private static readonly TimeSpan DefaultLimit = TimeSpan.FromMinutes(4);

    /// <summary>For what follows from a kill, or from a socket that was closed.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(20);

    private readonly Process process;
    private readonly Task exited;
    private readonly QemuDeadline deadline;
    private readonly QemuSocket monitor;
    private readonly Dictionary<string, GuestConsole> ports = [];
    private readonly StringBuilder printed = new();
    private QmpConnection? qmp;
    private int processId;

    private QemuProcess(IReadOnlyList<string> words, IEnumerable<string> portNames, IReadOnlyDictionary<string, string>? environment, TimeSpan limit)
    {
        Folder = Directory.CreateTempSubdirectory("vfiomig-qemu-").FullName;
        deadline = new QemuDeadline(limit, Describe);
        monitor = new QemuSocket(Path.Combine(Folder, "qmp"));
        List<string> all = [.. words, "-chardev", $"socket,id=qmp,path={monitor.Path}", "-mon", "chardev=qmp,mode=control", "-serial", "chardev:ttyS0"];
        foreach (string port in portNames.Prepend("ttyS0"))
        {
            var socket = new QemuSocket(Path.Combine(Folder, port));
            ports.Add(port, new GuestConsole(port, socket, deadline));
            all.AddRange(["-chardev", $"socket,id={port},path={socket.Path}"]);
        }

        Open();
        process = Program.Start(all[0], all.Skip(1), environment);
        process.OutputDataReceived += (_, line) => Print(line.Data);
        process.ErrorDataReceived += (_, line) => Print(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        exited = process.WaitForExitAsync();
    }

    /// <summary>The first serial port of the machine: the guest's console.</summary>
    internal GuestConsole Console => ports["ttyS0"];

    /// <summary>A folder of this process, removed when the object is disposed.</summary>
    internal string Folder { get; }

    /// <summary>Of QEMU itself, also when another program started it.</summary>
    internal int ProcessId => processId;

    /// <summary>Standard output and error until now.</summary>
    internal string Errors
    {
        get
        {
            lock (printed)
            {
                return printed.ToString();
            }
        }
    }

    /// <summary>Starts QEMU and returns when its monitor answers.</summary>
    /// <param name="words">The command line with whatever runs before QEMU; words for console and monitor are added behind it.</param>
    /// <param name="portNames">More serial ports: each is the id of a chardev for a word as <c>pci-serial,chardev=ID</c>.</param>
    /// <param name="environment">Added to the own one.</param>
    /// <param name="limit">How long the process may live; null for four minutes.</param>
    internal static async Task<QemuProcess> Start(
        IReadOnlyList<string> words,
        IEnumerable<string>? portNames = null,
        IReadOnlyDictionary<string, string>? environment = null,
        TimeSpan? limit = null)
    {
        var started = new QemuProcess(words, portNames ?? [], environment, limit ?? DefaultLimit);
        try
        {
            await started.deadline.Await("the sockets are connected", started.Connect, CancellationToken.None);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    internal GuestConsole Port(string name) => ports[name];

    /// <summary>A command of the monitor; the member <c>return</c> of its answer. Arguments are what serializes to a JSON object.</summary>
    /// <exception cref="QmpException">QEMU refused it.</exception>
    internal Task<JsonElement> Execute(string command, object? arguments = null, CancellationToken cancellation = default) =>
        deadline.Await($"the answer to {command}", token => qmp!.Execute(command, arguments, token), cancellation);

    /// <summary>An event of that name, its member <c>data</c>. An event that came before counts; each is found once and forgotten with the earlier ones of its name.</summary>
    internal Task<JsonElement> WaitForEvent(string name, Func<JsonElement, bool>? accepts = null, CancellationToken cancellation = default) =>
        deadline.Await($"event {name}", token => qmp!.NextEvent(name, accepts ?? (_ => true), token), cancellation);

    /// <summary>As <see cref="WaitForEvent"/>; null when QEMU has ended without it, and all it printed is in <see cref="Errors"/>.</summary>
    internal Task<JsonElement?> WaitForEventOrEnd(string name, Func<JsonElement, bool> accepts, CancellationToken cancellation = default) =>
        deadline.Await($"event {name}, or the end,", token => EventOrEnd(name, accepts, token), cancellation);

    /// <summary>Waits for the end and for all that the guest printed; the exit status.</summary>
    internal Task<int> WaitForExit(CancellationToken cancellation = default) => deadline.Await(
        "the end",
        async token =>
        {
            await exited.WaitAsync(token);
            await Task.WhenAll(ports.Values.Select(port => port.Ended)).WaitAsync(token);
            return process.ExitCode;
        },
        cancellation);

    /// <summary>Ends QEMU by its monitor and waits as <see cref="WaitForExit"/>.</summary>
    internal async Task<int> Quit()
    {
        _ = await deadline.Await("the answer to quit", QuitOrEnd, CancellationToken.None);
        return await WaitForExit();
    }

    /// <summary>Kills QEMU with SIGKILL and waits as <see cref="WaitForExit"/>. What runs before it may end in its own way.</summary>
    internal async Task<int> Kill()
    {
        KillQemu();
        return await WaitForExit();
    }

    /// <summary>What is known for a failure: the command, how it ended, the end of the console and of what QEMU printed.</summary>
    /// <param name="isEnded">Known to have ended, so that its last words can be waited for.</param>
    internal async Task<string> Describe(bool isEnded)
    {
        if (isEnded)
        {
            await Task.WhenAny(exited, Task.Delay(EndLimit));
        }

        string state = exited.IsCompleted ? $"ended with status {process.ExitCode}" : "runs";
        string errors = Errors;
        return $"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)}\n{state}\n"
            + $"--- console ---\n{Console.Tail}\n--- QEMU ---\n{errors[Math.Max(0, errors.Length - TailLength)..]}";
    }

    public async ValueTask DisposeAsync()
    {
        if (!exited.IsCompleted)
        {
            KillQemu();
            if (await Task.WhenAny(exited, Task.Delay(EndLimit)) != exited)
            {
                process.Kill(entireProcessTree: true);
                await exited;
            }
        }

        foreach (GuestConsole port in ports.Values)
        {
            port.Dispose();
        }

        qmp?.Dispose();
        monitor.Dispose();
        deadline.Dispose();
        process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>A QEMU that root starts as another user connects, too, and listens here for a guest.</summary>
    private void Open()
    {
        foreach (string path in Directory.GetFiles(Folder).Prepend(Folder))
        {
            File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32("777", 8));
        }
    }

    private async Task<bool> Connect(CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _ = exited.ContinueWith(_ => Interrupt(ended), TaskScheduler.Default);
        try
        {
            (NetworkStream stream, processId) = await monitor.Accept(ended.Token);
            foreach (GuestConsole port in ports.Values)
            {
                await port.Accept(ended.Token);
            }

            qmp = await QmpConnection.Open(stream, ended.Token);
            return true;
        }
        catch (OperationCanceledException) when (exited.IsCompleted)
        {
            throw new EndOfStreamException();
        }
    }

    private async Task<JsonElement?> EventOrEnd(string name, Func<JsonElement, bool> accepts, CancellationToken cancellation)
    {
        try
        {
            return await qmp!.NextEvent(name, accepts, cancellation);
        }
        catch (EndOfStreamException)
        {
            await exited.WaitAsync(cancellation);
            return null;
        }
    }

    /// <summary>False when it ended before it answered.</summary>
    private async Task<bool> QuitOrEnd(CancellationToken cancellation)
    {
        try
        {
            await qmp!.Execute("quit", null, cancellation);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static void Interrupt(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It had connected before.
        }
    }

    private void KillQemu()
    {
        if (qmp is null)
        {
            process.Kill(entireProcessTree: true);
        }
        else if (!qmp.IsEnded)
        {
            ProcessImage.Kill(processId, ProcessImage.SIGKILL);
        }
    }

    private void Print(string? line)
    {
        lock (printed)
        {
            printed.Append(line).Append(line is null ? "" : "\n");
        }
    }
}
