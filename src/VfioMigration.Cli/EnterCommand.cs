using System.Globalization;

using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Cli;

/// <summary>
/// The inner half of <c>run</c>, started by unshare(1) in the new namespaces. It puts the tree over /sys, has it served by the process outside, and becomes the command. Not for people.
/// </summary>
internal static class EnterCommand
{
    internal const string Name = "__enter";
    internal const string PrivateNetwork = "private-net";
    internal const string SharedNetwork = "shared-net";

    /// <summary>Exit status when an error was printed already.</summary>
    internal const int Reported = 125;

    private const int ArgumentCount = 4;
    private const string MdevctlFolder = "/etc/mdevctl.d";

    /// <param name="arguments">Socket number, process id of <c>vfiomig run</c>, definitions folder or nothing, network.</param>
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

        using var channel = new FileDescriptor(Number(arguments[0]));
        EnterOrders? orders = Arrange(channel, arguments[3] == PrivateNetwork, out string? problem);
        problem = orders is null ? problem : MountDefinitions(arguments[2]);
        if (orders is null || problem is not null)
        {
            Console.Error.Write(problem is null ? "" : $"vfiomig: {problem}\n");
            return Reported;
        }

        channel.SetInheritable(false);
        return Become(new CommandImage(orders.Arguments, orders.Variables));
    }

    /// <summary>Null when it cannot be done, without a problem when the process outside reports it.</summary>
    private static EnterOrders? Arrange(FileDescriptor channel, bool privateNetwork, out string? problem)
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

        SysAssembly? assembly;
        using (device)
        {
            assembly = SysAssembly.Begin(device, out problem);
            error = assembly is null ? Errno.None : SendDescriptors(channel, device, privateNetwork);
            if (assembly is null || error != Errno.None)
            {
                problem ??= $"cannot communicate with the serving process: {error.Text()}";
                return null;
            }
        }

        using (assembly)
        {
            EnterOrders? orders = EnterOrders.Receive(channel);
            assembly.Fill(orders?.Points ?? []);
            return orders;
        }
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

    /// <summary>Definitions of a host that lives as long as the command go with the namespace.</summary>
    private static string? MountDefinitions(string definitions)
    {
        if (!Directory.Exists(MdevctlFolder))
        {
            return null;
        }

        Errno error = definitions.Length == 0 ? MountNamespace.MountTemporary(MdevctlFolder) : MountNamespace.Bind(definitions, MdevctlFolder);
        if (error == Errno.None)
        {
            Directory.CreateDirectory(Path.Combine(MdevctlFolder, "scripts.d", "callouts"));
            Directory.CreateDirectory(Path.Combine(MdevctlFolder, "scripts.d", "notifiers"));
        }

        return error == Errno.None ? null : $"cannot mount a private {MdevctlFolder}: {error.Text()}";
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
