using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Guards;

/// <summary>
/// Who waits for the show or store of an attribute, and can be answered without it: then the thread that runs the attribute is abandoned.
/// </summary>
public abstract class AttributeCaller
{
    /// <summary>The call that the caller waits for; null between two.</summary>
    internal VendorThread? Serving { get; set; }

    /// <summary>Answers in the attribute's place; does nothing when the caller was answered already.</summary>
    public abstract void Answer(Errno error);

    /// <summary>The caller was answered and has returned; the attribute may still run. Its file, and those of attributes that it reads itself, are free to be removed.</summary>
    public void Leave() => Serving?.ReleaseFiles();
}
