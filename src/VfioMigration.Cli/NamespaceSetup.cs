using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

using VfioMigration.Control;
using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Cli;

/// <summary>
/// The outer half of <c>run</c>. A helper started in new namespaces (<see cref="EnterCommand"/>) mounts the tree and sends the connected
/// device here; this side has it served, tells the helper what to bind into the tree, and then feeds uevents while the command runs.
/// </summary>
internal sealed class NamespaceSetup(ISeenHost host) : IDisposable
{
    private readonly string mountPoint = Directory.CreateTempSubdirectory("vfiomig-sys-").FullName;
    private FileDescriptor? channel;
    private FileDescriptor? ueventSocket;

    /// <summary>Starts the helper through unshare(1), which can enter a user namespace where a program with threads cannot.</summary>
    internal Process? Start(string[] command, bool privateNetwork, out string? problem)
    {
        problem = null;
        (channel, FileDescriptor theirs) = FdSocket.Pair();
        using (theirs)
        {
            theirs.SetInheritable(true);
            var start = new ProcessStartInfo("unshare") { UseShellExecute = false };
            string[] arguments =
            [
                "--mount",
                .. ProcessImage.IsRoot ? Array.Empty<string>() : ["--user", "--map-root-user"],
                .. privateNetwork ? ["--net"] : Array.Empty<string>(),
                "--",
                .. SelfCommand.Words,
                EnterCommand.Name,
                theirs.Number.ToString(CultureInfo.InvariantCulture),
                mountPoint,
                host.DefinitionsFolder,
                privateNetwork ? EnterCommand.PrivateNetwork : EnterCommand.SharedNetwork,
                .. command,
            ];
            foreach (string argument in arguments)
            {
                start.ArgumentList.Add(argument);
            }

            SetEnvironment(start);
            try
            {
                return Process.Start(start);
            }
            catch (Win32Exception)
            {
                problem = "unshare(1) not found: install the util-linux package";
                return null;
            }
        }
    }

    /// <summary>Does this side's part; null when the command is running, else why it is not.</summary>
    internal string? Serve(Process child)
    {
        Result<FileDescriptor[]> received = FdSocket.ReceiveDescriptors(channel!);
        if (!received.TryGet(out FileDescriptor[] descriptors))
        {
            child.WaitForExit();

            // The helper has printed its own message if it ran.
            return child.ExitCode == EnterCommand.Reported ? "" : NamespaceDiagnosis.Explain();
        }

        ueventSocket = descriptors.Length > 1 ? descriptors[1] : null;
        if (host.Serve(descriptors[0], out string? problem) is not { } mountPoints)
        {
            return problem;
        }

        // Subscribed before the command starts, so that it misses nothing.
        var subscribed = new TaskCompletionSource();
        if (ueventSocket is not null)
        {
            new Thread(() => FeedUevents(subscribed)) { IsBackground = true, Name = "uevents" }.Start();
            subscribed.Task.Wait();
        }

        channel!.Write(Encoding.UTF8.GetBytes(string.Concat(mountPoints.Select(point => point + '\n')) + "\n"));
        return null;
    }

    public void Dispose()
    {
        host.Dispose();
        channel?.Dispose();
        ueventSocket?.Dispose();
        try
        {
            Directory.Delete(mountPoint);
        }
        catch (IOException)
        {
            // A process of the command still lives in its namespace; the folder is empty here and harmless.
        }
    }

    private void FeedUevents(TaskCompletionSource subscribed)
    {
        foreach (byte[] payload in host.Uevents(() => subscribed.TrySetResult()))
        {
            if (KobjectUeventSocket.Send(ueventSocket!, payload) != Errno.None)
            {
                return;
            }
        }

        // A daemon that has exited sends none; the command runs without them.
        subscribed.TrySetResult();
    }

    private void SetEnvironment(ProcessStartInfo start)
    {
        start.Environment["SYSTEMD_DEVICE_VERIFY_SYSFS"] = "0";
        start.Environment[RunningDaemons.SocketVariable] = host.SocketPath;
        start.Environment[RunningDaemons.HostVariable] = host.Name;
    }
}
