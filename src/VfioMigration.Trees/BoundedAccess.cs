namespace VfioMigration.Trees;

/// <summary>Accesses to a tree whose server may have stopped: what does not return in time is left behind on its thread.</summary>
public static class BoundedAccess
{
    /// <summary>Longer than any driver of a simulated host may take, but for attributes that wait on purpose.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>What <paramref name="access"/> returns or throws; <see cref="UnaskedException"/> when it does not return within 10 s.</summary>
    /// <param name="path">What is accessed, for the message.</param>
    /// <param name="access">Reads or writes the tree.</param>
    public static T Run<T>(string path, Func<T> access)
    {
        Task<T> running = Task.Run(access);
        return Task.WaitAny([running], Limit) == 0 ? running.GetAwaiter().GetResult() : throw new UnaskedException($"{path}: does not answer within {Limit.TotalSeconds:0} s");
    }
}
