using System.Diagnostics;

using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>
/// The set-uid helper of Debian's fuse3 package, with which an ordinary user mounts. It opens /dev/fuse, mounts, and
/// sends the descriptor back over the socket named in <c>_FUSE_COMMFD</c>.
/// </summary>
public static class FusermountHelper
{
    private const string Program = "fusermount3";

    /// <summary>Where the administrator allows mounts that other users may enter.</summary>
    private const string FuseConf = "/etc/fuse.conf";

    /// <summary>The connected device, or a message with the remedy.</summary>
    public static (FileDescriptor? Device, string? Problem) Mount(string source, string target)
    {
        string options = $"fsname={source},subtype=vfiomig,default_permissions{(MayAllowOther() ? ",allow_other" : "")}";
        (FileDescriptor ours, FileDescriptor theirs) = FdSocket.Pair();
        using (ours)
        {
            Process? helper;
            using (theirs)
            {
                theirs.SetInheritable(true);
                helper = Start(["-o", options, "--", target], theirs.Number);
            }

            if (helper is null)
            {
                return (null, $"{Program} not found: install the fuse3 package, or run as root, or use 'vfiomig run'");
            }

            using (helper)
            {
                string error = helper.StandardError.ReadToEnd();
                helper.WaitForExit();
                if (helper.ExitCode != 0)
                {
                    return (null, error.Trim());
                }
            }

            Result<FileDescriptor> received = FdSocket.ReceiveDescriptor(ours);
            return received.TryGet(out FileDescriptor device)
                ? (device, null)
                : (null, $"{Program} sent no descriptor: {received.Error.Name()}");
        }
    }

    /// <summary>
    /// Unmounts lazily; false with the helper's words when it refused. A signal to the whole process group, as of timeout(1), ends the helper as well: it is started again.
    /// </summary>
    public static bool Unmount(string target, out string problem)
    {
        const int Attempts = 3;
        const int EndedBySignal = 128;
        problem = "";
        for (int i = 0; i < Attempts; i++)
        {
            using Process? helper = Start(["-u", "-z", "--", target], commFd: -1);
            if (helper is null)
            {
                problem = $"{Program} not found";
                return false;
            }

            problem = helper.StandardError.ReadToEnd().Trim();
            helper.WaitForExit();
            if (helper.ExitCode < EndedBySignal)
            {
                return helper.ExitCode == 0;
            }

            problem = $"{Program} was ended by signal {helper.ExitCode - EndedBySignal}";
        }

        return false;
    }

    private static Process? Start(string[] arguments, int commFd)
    {
        var start = new ProcessStartInfo(Program) { RedirectStandardError = true, UseShellExecute = false };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        if (commFd >= 0)
        {
            start.Environment["_FUSE_COMMFD"] = commFd.ToString();
        }

        try
        {
            return Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static bool MayAllowOther()
    {
        try
        {
            return File.ReadLines(FuseConf).Any(line => line.Trim() == "user_allow_other");
        }
        catch (IOException)
        {
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
