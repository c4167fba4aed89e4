namespace VfioMigration.Fuse;

/// <summary>What a file system keeps for the caller of a request.</summary>
public interface IFuseWaiter
{
    /// <summary>The caller got a signal and was answered; the handler still runs. Must not block.</summary>
    void CallerLeft();
}
