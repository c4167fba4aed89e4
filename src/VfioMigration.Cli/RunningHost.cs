using VfioMigration.Control;
using VfioMigration.Control.Answers;

namespace VfioMigration.Cli;

/// <summary>Asks a running daemon and prints the answer.</summary>
internal static class RunningHost
{
    /// <param name="host">The name given, or null for the only one.</param>
    /// <param name="operation">The operation to request.</param>
    /// <param name="request">Made for the host that was found.</param>
    /// <param name="format">An answer as it is printed.</param>
    internal static int Print<TRequest, TAnswer>(
        string? host, ControlOperation<TRequest, TAnswer> operation, Func<string?, TRequest> request, Func<TAnswer, string> format)
        where TRequest : class
        where TAnswer : class
    {
        using ControlClient? client = Connect(host, out string? found, out string? problem);
        if (client is null)
        {
            return CommonOptions.Fail(problem!);
        }

        foreach (TAnswer answer in client.Ask(operation, request(found)))
        {
            Console.WriteLine(format(answer));
        }

        return client.Error is null ? ExitStatus.Success : CommonOptions.Fail(client.Error);
    }

    /// <summary>As <see cref="Print"/>, for what only succeeds or fails.</summary>
    internal static int Do<TRequest>(string? host, ControlOperation<TRequest, NoAnswer> operation, Func<string?, TRequest> request)
        where TRequest : class =>
        Print(host, operation, request, static _ => "");

    /// <summary>A connection to the daemon that runs a host; null with the reason.</summary>
    /// <param name="host">Null when there is only one.</param>
    /// <param name="found">The host's name.</param>
    /// <param name="problem">The error message.</param>
    /// <param name="isPatient">See <see cref="ControlClient.IsPatient"/>.</param>
    internal static ControlClient? Connect(string? host, out string? found, out string? problem, bool isPatient = false)
    {
        (string? socket, found, problem, _) = RunningDaemons.Find(host);
        return socket is null ? null : ControlClient.Connect(socket, out problem, isPatient);
    }
}
