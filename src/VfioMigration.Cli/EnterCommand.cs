using System.Globalization;

using VfioMigration.Daemon.Mounting;
using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Cli;

/// <summary>
/// The inner half of <c>run</c>, started by unshare(1) in the new namespaces. It puts the tree over /sys, has it served by the process outside, and becomes the command. Not for people.
/// </summary>
internal static class EnterCommand
{
    internal const string Name = "__enter";
    /// <summary>Exit status when an error was printed already.</summary>
    internal const int Reported = 125;

    private const int ArgumentCount = 5;
    private const string MdevctlFolder = "/etc/mdevctl.d";

    /// <param name="arguments">Socket number, process id of <c>vfiomig run</c>, definitions folder or nothing, flags and root folder of <see cref="RunOptions"/>.</param>
    internal static int Run(string[] arguments)
    {
        if (arguments.Length != ArgumentCount)
        {
            return Reported;
        }

        int runner = Number(arguments[1]);
        ProcessImage.SetParentDeathSignal(ProcessImage.SIGKILL);
        if (ProcessImage.ParentId != runner)
        {
            return Reported;
        }

        RunOptions options = RunOptions.Parse(arguments[3], arguments[4]);
        using var channel = new FileDescriptor(Number(arguments[0]));
        EnterOrders? orders = Arrange(channel, options, out string? problem);
        problem = orders is null ? problem : MountDefinitions(arguments[2], options.Root ?? "") ?? EnterRoot(options.Root);
        if (orders is null || problem is not null)
        {
            Console.Error.Write(problem is null ? "" : $"vfiomig: {problem}\n");
            return Reported;
        }

        channel.SetInheritable(false);
        return Become(new CommandImage(orders.Arguments, orders.Variables));
    }

    /// <summary>Null when it cannot be done, without a problem when the process outside reports it.</summary>
    private static EnterOrders? Arrange(FileDescriptor channel, RunOptions options, out string? problem)
    {
        Errno error = MountNamespace.MakePrivate();
        if (error != Errno.None)
        {
            problem = $"cannot make the mount namespace private: {error.Text()}";
            return null;
        }

        Result<FileDescriptor> opened = DevFuse.Open();
        if (!opened.TryGet(out FileDescriptor device))
        {
            problem = $"cannot open {DevFuse.Path}: {opened.Error.Text()} (chmod 0666 {DevFuse.Path}, or run as root)";
            return null;
        }

        SysAssembly? assembly = SysAssembly.Begin(device, out problem);
        if (assembly is null)
        {
            device.Dispose();
            return null;
        }

        using (NamespaceDescriptors descriptors = Gather(device, options))
        {
            error = FdSocket.SendDescriptors(channel, descriptors.Kinds, [.. descriptors.All.Select(static descriptor => descriptor.Number)]);
            if (error != Errno.None)
            {
                problem = $"cannot communicate with the serving process: {error.Text()}";
                return null;
            }
        }

        using (assembly)
        {
            EnterOrders? orders = EnterOrders.Receive(channel);
            assembly.Fill(orders?.Points ?? []);
            DevAssembly.ShowIommu();
            return orders;
        }
    }

    /// <summary>The tree is there; what else can be had comes along. What cannot is said, and the command does without.</summary>
    private static NamespaceDescriptors Gather(FileDescriptor device, RunOptions options)
    {
        var descriptors = new NamespaceDescriptors(device);
        if (options.HasPrivateNetwork)
        {
            LoopbackInterface.BringUp();
            Result<FileDescriptor> uevents = KobjectUeventSocket.Open();
            descriptors = descriptors with { Uevents = uevents.IsOk ? uevents.Value : null };
            Say(uevents.IsOk ? null : $"no uevents over netlink: {uevents.Error.Text()}");
        }

        descriptors = DevVfioSetup.Add(descriptors, options, out string? problem);
        Say(problem);
        return descriptors;
    }

    private static void Say(string? problem)
    {
        if (problem is not null)
        {
            Console.Error.WriteLine($"vfiomig: {problem}");
        }
    }

    /// <summary>Definitions of a host that lives as long as the command go with the namespace.</summary>
    private static string? MountDefinitions(string definitions, string root)
    {
        string folder = root + MdevctlFolder;
        if (!Directory.Exists(folder))
        {
            return null;
        }

        Errno error = definitions.Length == 0 ? MountNamespace.MountTemporary(folder) : MountNamespace.Bind(definitions, folder);
        if (error == Errno.None)
        {
            Directory.CreateDirectory(Path.Combine(folder, "scripts.d", "callouts"));
            Directory.CreateDirectory(Path.Combine(folder, "scripts.d", "notifiers"));
        }

        return error == Errno.None ? null : $"cannot mount a private {MdevctlFolder}: {error.Text()}";
    }

    /// <summary>By pivot_root: behind chroot(2) a program sees other mounts in /proc/self/mountinfo than it has. The command begins in the folder's root.</summary>
    private static string? EnterRoot(string? root)
    {
        if (root is null)
        {
            return null;
        }

        Errno error = MountNamespace.Bind(root, root);
        foreach (string folder in (string[])["/proc", "/sys", "/dev"])
        {
            if (!Directory.Exists(root + folder))
            {
                return $"--root {root}: it has no {folder}: mkdir {root}{folder}";
            }

            error = error == Errno.None ? MountNamespace.Bind(folder, root + folder) : error;
        }

        error = error == Errno.None ? MountNamespace.EnterRoot(root) : error;
        return error == Errno.None ? null : $"--root {root}: {error.Text()} ({error.Name()})";
    }

    private static int Become(CommandImage command)
    {
        CallerState caller = CallerState.Parse(Environment.GetEnvironmentVariable(CallerState.Variable));
        command.SetVariable(CallerState.Variable, null);
        command.SetVariable(CallerState.EnvironmentVariable, null);
        foreach (string name in NamespaceSetup.Variables)
        {
            command.SetVariable(name, Environment.GetEnvironmentVariable(name));
        }

        caller.Restore();
        Errno error = command.Execute();
        Console.Error.WriteLine($"vfiomig: {command.Name}: {(command.HasBadInterpreter ? "bad interpreter" : error == Errno.ENOENT ? "command not found" : error.Text())}");
        return error == Errno.ENOENT ? ExitStatus.CommandNotFound : ExitStatus.CannotExecute;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
