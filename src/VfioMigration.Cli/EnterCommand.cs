using System.Collections;
using System.Globalization;
using System.Text;

using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Cli;

/// <summary>
/// The inner half of <c>run</c>, started by unshare(1) in the new namespaces. It mounts the tree aside, binds what is missing of the real
/// /sys into it, moves it over /sys and becomes the command. Not for people.
/// </summary>
internal static class EnterCommand
{
    internal const string Name = "__enter";
    internal const string PrivateNetwork = "private-net";
    internal const string SharedNetwork = "shared-net";

    /// <summary>Exit status when an error was printed already.</summary>
    internal const int Reported = 125;

    private const string Sysfs = "/sys";
    private const string MdevctlFolder = "/etc/mdevctl.d";

    /// <param name="arguments">Socket number, mount point, definitions folder, network, then the command.</param>
    internal static int Run(string[] arguments)
    {
        using var channel = new FileDescriptor(int.Parse(arguments[0], CultureInfo.InvariantCulture));
        string mountPoint = arguments[1];
        string? problem = Arrange(channel, mountPoint, arguments[2], arguments[3] == PrivateNetwork);
        if (problem is not null)
        {
            Console.Error.WriteLine($"vfiomig: {problem}");
            return Reported;
        }

        channel.SetInheritable(false);
        return Become(arguments[4..]);
    }

    private static string? Arrange(FileDescriptor channel, string mountPoint, string definitions, bool privateNetwork)
    {
        Errno error = MountNamespace.MakePrivate();
        if (error != Errno.None)
        {
            return $"cannot make the mount namespace private: {error.Text()}";
        }

        Result<FileDescriptor> opened = DevFuse.Open();
        if (!opened.TryGet(out FileDescriptor device))
        {
            return $"cannot open {DevFuse.Path}: {opened.Error.Text()} (chmod 0666 {DevFuse.Path}, or run as root)";
        }

        using (device)
        {
            error = FuseMount.Mount(device, "vfiomig", mountPoint);
            if (error != Errno.None)
            {
                return $"cannot mount in the new namespace: {error.Text()}";
            }

            error = SendDescriptors(channel, device, privateNetwork);
            if (error != Errno.None)
            {
                return $"cannot communicate with the serving process: {error.Text()}";
            }
        }

        return ReceiveMountPoints(channel) is { } points ? Assemble(points, mountPoint, definitions) : "";
    }

    private static Errno SendDescriptors(FileDescriptor channel, FileDescriptor device, bool privateNetwork)
    {
        if (!privateNetwork)
        {
            return FdSocket.SendDescriptors(channel, device.Number);
        }

        LoopbackInterface.BringUp();
        Result<FileDescriptor> uevents = KobjectUeventSocket.Open();
        if (!uevents.TryGet(out FileDescriptor socket))
        {
            return uevents.Error;
        }

        using (socket)
        {
            return FdSocket.SendDescriptors(channel, device.Number, socket.Number);
        }
    }

    /// <summary>Lines up to an empty one; null when the serving process gave up.</summary>
    private static string[]? ReceiveMountPoints(FileDescriptor channel)
    {
        var text = new List<byte>();
        byte[] buffer = new byte[4096];
        while (text.Count < 1 || text[^1] != '\n' || (text.Count > 1 && text[^2] != '\n'))
        {
            if (!channel.Read(buffer).TryGet(out int count) || count == 0)
            {
                return null;
            }

            text.AddRange(buffer.AsSpan(0, count));
        }

        return Encoding.UTF8.GetString([.. text]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string? Assemble(string[] points, string mountPoint, string definitions)
    {
        foreach (string point in points)
        {
            // An entry that vanished since it was listed, or that this user may not bind, stays an empty directory or file.
            _ = MountNamespace.Bind($"{Sysfs}/{point}", $"{mountPoint}/{point}");
        }

        Errno error = MountNamespace.Move(mountPoint, Sysfs);
        if (error != Errno.None)
        {
            return $"cannot move the tree over {Sysfs}: {error.Text()}";
        }

        if (Directory.Exists(MdevctlFolder))
        {
            Directory.CreateDirectory(Path.Combine(definitions, "scripts.d", "callouts"));
            Directory.CreateDirectory(Path.Combine(definitions, "scripts.d", "notifiers"));
            error = MountNamespace.Bind(definitions, MdevctlFolder);
        }

        return error == Errno.None ? null : $"cannot mount a private {MdevctlFolder}: {error.Text()}";
    }

    private static int Become(string[] command)
    {
        Dictionary<string, string> environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value ?? "");
        string search = $"{environment.GetValueOrDefault("PATH", "/usr/bin:/bin")}:{SelfCommand.Folder}";
        environment["PATH"] = search;
        Errno error = Errno.ENOENT;
        foreach (string candidate in command[0].Contains('/') ? [command[0]] : search.Split(':').Select(folder => Path.Combine(folder, command[0])))
        {
            Errno tried = ProcessImage.Execute(candidate, command, environment);
            error = tried is Errno.ENOENT or Errno.ENOTDIR ? error : tried;
        }

        Console.Error.WriteLine($"vfiomig: {command[0]}: {(error == Errno.ENOENT ? "command not found" : error.Text())}");
        return error == Errno.ENOENT ? ExitStatus.CommandNotFound : ExitStatus.CannotExecute;
    }
}
