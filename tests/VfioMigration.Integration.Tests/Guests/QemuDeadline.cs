using Xunit.Sdk;

namespace VfioMigration.Integration.Tests.Guests;

/// <summary>What every wait for a QEMU process has in common: it fails the test, with all that is known, when the time is over or QEMU has ended.</summary>
/// <param name="limit">How long the process may live. Only a defect reaches it.</param>
/// <param name="describe">What is known of the process, for the failure; waits for its end first when it is told that QEMU has ended.</param>
internal sealed class QemuDeadline(TimeSpan limit, Func<bool, Task<string>> describe) : IDisposable
{
    private readonly CancellationTokenSource expired = new(limit);

    /// <param name="what">What is waited for.</param>
    /// <param name="wait">Throws <see cref="EndOfStreamException"/> or <see cref="IOException"/> when it can never come because QEMU has ended.</param>
    /// <param name="cancellation">Of the caller, who gets an <see cref="OperationCanceledException"/>.</param>
    internal async Task<T> Await<T>(string what, Func<CancellationToken, Task<T>> wait, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expired.Token, cancellation);
        try
        {
            return await wait(either.Token);
        }
        catch (OperationCanceledException) when (expired.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw FailException.ForFailure($"QEMU ran for {limit} and was still waited for {what}\n{await describe(false)}");
        }
        catch (IOException e)
        {
            throw FailException.ForFailure($"QEMU ended before {what} ({e.Message})\n{await describe(true)}");
        }
    }

    public void Dispose() => expired.Dispose();
}
