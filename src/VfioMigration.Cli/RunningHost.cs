using VfioMigration.Hosting.Control;

namespace VfioMigration.Cli;

/// <summary>Asks a running daemon and prints the answer.</summary>
internal static class RunningHost
{
    /// <param name="host">The name given, or null for the only one.</param>
    /// <param name="request">Made for the host that was found.</param>
    /// <param name="skipLines">Lines at the beginning that are not for people.</param>
    internal static int Print(string? host, Func<string?, ControlRequest> request, int skipLines = 0)
    {
        (string? socket, string? found, string? problem) = ControlClient.Find(host);
        if (socket is null)
        {
            return CommonOptions.Fail(problem!);
        }

        using ControlClient? client = ControlClient.Connect(socket);
        if (client is null)
        {
            return CommonOptions.Fail($"{socket}: nobody answers; the daemon is gone");
        }

        try
        {
            foreach (string line in client.Ask(request(found)))
            {
                if (skipLines > 0)
                {
                    skipLines--;
                    continue;
                }

                Console.WriteLine(line);
                Console.Out.Flush();
            }
        }
        catch (IOException)
        {
            // The reader of our output closed the pipe, as 'head' does.
            return ExitStatus.Success;
        }

        return client.Error is null ? ExitStatus.Success : CommonOptions.Fail(client.Error);
    }
}
