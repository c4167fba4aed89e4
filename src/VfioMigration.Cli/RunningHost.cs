using VfioMigration.Control;

namespace VfioMigration.Cli;

/// <summary>Asks a running daemon and prints the answer.</summary>
internal static class RunningHost
{
    /// <param name="host">The name given, or null for the only one.</param>
    /// <param name="request">Made for the host that was found.</param>
    /// <param name="skipLines">Lines at the beginning that are not for people.</param>
    internal static int Print(string? host, Func<string?, ControlRequest> request, int skipLines = 0)
    {
        using ControlClient? client = Connect(host, out string? found, out string problem);
        if (client is null)
        {
            return CommonOptions.Fail(problem);
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

    /// <summary>A connection to the daemon that runs a host; null with the reason.</summary>
    /// <param name="host">Null when there is only one.</param>
    /// <param name="found">The host's name.</param>
    /// <param name="problem">A sentence.</param>
    internal static ControlClient? Connect(string? host, out string? found, out string problem)
    {
        (string? socket, found, string? missing) = ControlClient.Find(host);
        ControlClient? client = socket is null ? null : ControlClient.Connect(socket);
        problem = missing ?? $"{socket}: nobody answers; the daemon is gone";
        return client;
    }
}
