using System.Globalization;

using VfioMigration.Control;
using VfioMigration.Daemon.Mounting;
using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Cli;

/// <summary>
/// The outer half of <c>run</c>. A helper started in new namespaces (<see cref="EnterCommand"/>) mounts the tree and sends the connected
/// device here; this side has it served and tells the helper what to bind into the tree.
/// </summary>
internal sealed class NamespaceSetup(ISeenHost host, CallersInput input) : IDisposable
{
    private const string VerifySysfs = "SYSTEMD_DEVICE_VERIFY_SYSFS";

    private FileDescriptor? channel;

    /// <summary>What the command's environment has besides its caller's.</summary>
    internal static IReadOnlyList<string> Variables { get; } = [VerifySysfs, RunningDaemons.SocketVariable, RunningDaemons.HostVariable];

    /// <summary>
    /// Starts the helper through unshare(1), which can enter a user namespace where a program with threads cannot. The command ends with the calling thread.
    /// </summary>
    /// <param name="options">Of the run.</param>
    /// <param name="problem">The error message.</param>
    internal ChildProcess? Start(RunOptions options, out string? problem)
    {
        problem = null;
        (channel, FileDescriptor theirs) = FdSocket.Pair();
        using (theirs)
        {
            theirs.SetInheritable(true);
            string[] arguments =
            [
                "unshare",
                "--mount",
                .. ProcessImage.IsRoot ? Array.Empty<string>() : ["--user", "--map-root-user"],
                .. options.HasPrivateNetwork ? ["--net"] : Array.Empty<string>(),
                "--",
                .. SelfCommand.Words,
                EnterCommand.Name,
                theirs.Number.ToString(CultureInfo.InvariantCulture),
                Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
                host.DefinitionsFolder ?? "",
                options.Flags,
                options.Root ?? "",
            ];
            Result<ChildProcess> started = ChildProcess.Start(arguments, EnvironmentChanges(), input.Descriptor);
            if (started.TryGet(out ChildProcess child, out Errno error))
            {
                return child;
            }

            problem = error == Errno.ENOENT ? "unshare(1) not found: install the util-linux package" : $"unshare(1): {error.Text()} ({error.Name()})";
            return null;
        }
    }

    /// <summary>Does this side's part; null when the command is running, else why it is not, which may be reported already.</summary>
    /// <param name="child">The helper.</param>
    /// <param name="words">How many words of this process's command line are the command.</param>
    internal string? Serve(ChildProcess child, int words)
    {
        Result<FileDescriptor[]> received = FdSocket.ReceiveDescriptors(channel!, out byte kinds);
        if (!received.TryGet(out FileDescriptor[] all) || NamespaceDescriptors.Of(kinds, all) is not { } descriptors)
        {
            // The helper has printed its own message if it ran.
            return child.Wait() == EnterCommand.Reported ? "" : NamespaceDiagnosis.Explain();
        }

        if (host.Serve(descriptors, out string? problem) is not { } mountPoints)
        {
            return problem;
        }

        Errno error = EnterOrders.ForThisProcess(mountPoints, words).Send(channel!);
        return error == Errno.None ? null : "";
    }

    public void Dispose() => channel?.Dispose();

    private Dictionary<string, string?> EnvironmentChanges() => new()
    {
        [CallerState.DiagnosticsVariable] = "0",
        [VerifySysfs] = "0",
        [RunningDaemons.SocketVariable] = host.SocketPath,
        [RunningDaemons.HostVariable] = host.Name,
    };
}
