namespace VfioMigration.Vfio.Irqs;

/// <summary>A trigger that its owner can signal as well, and that can be watched for that.</summary>
public interface IWatchableTrigger
{
    /// <summary>Calls back whenever the owner has signalled it, until the result is disposed, which ends the trigger too.</summary>
    IDisposable Watch(Action signalled);
}
