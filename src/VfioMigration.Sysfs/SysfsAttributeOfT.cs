using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>Renders a value; the length in bytes, newline included, or an errno.</summary>
public delegate Result<int> ShowMethod<in T>(T owner, Span<byte> page);

/// <summary>As <see cref="ShowMethod{T}"/>, for a show that may wait: return EINTR when the token is cancelled.</summary>
public delegate Result<int> InterruptibleShowMethod<in T>(T owner, Span<byte> page, CancellationToken interrupted);

/// <summary>Takes what one write(2) brought, uninterpreted.</summary>
public delegate Errno StoreMethod<in T>(T owner, ReadOnlySpan<byte> value);

/// <summary>As <see cref="StoreMethod{T}"/>, for a store that may wait: return EINTR when the token is cancelled.</summary>
public delegate Errno InterruptibleStoreMethod<in T>(T owner, ReadOnlySpan<byte> value, CancellationToken interrupted);

/// <summary>As <see cref="StoreMethod{T}"/>, for a store that waits whatever signal its caller gets.</summary>
public delegate Errno UninterruptibleStoreMethod<in T>(T owner, ReadOnlySpan<byte> value, KernfsCaller caller);

/// <summary>An attribute of kobjects of type <typeparamref name="T"/>, made of functions.</summary>
public sealed class SysfsAttribute<T> : SysfsAttribute
    where T : Kobject
{
    private readonly InterruptibleShowMethod<T>? show;
    private readonly UninterruptibleStoreMethod<T>? store;
    private readonly Predicate<T>? visible;

    private SysfsAttribute(
        string name,
        uint? mode,
        InterruptibleShowMethod<T>? show,
        UninterruptibleStoreMethod<T>? store,
        Predicate<T>? visible)
        : base(name, mode ?? (show is null ? 0u : FileModes.Octal(444)) + (store is null ? 0u : FileModes.Octal(200)))
    {
        this.show = show;
        this.store = store;
        this.visible = visible;
    }

    /// <summary>0444.</summary>
    public static SysfsAttribute<T> ReadOnly(string name, ShowMethod<T> show, Predicate<T>? visible = null) =>
        new(name, null, (owner, page, _) => show(owner, page), null, visible);

    /// <summary>0200.</summary>
    public static SysfsAttribute<T> WriteOnly(string name, StoreMethod<T> store, Predicate<T>? visible = null) =>
        new(name, null, null, (owner, value, _) => store(owner, value), visible);

    /// <summary>0644.</summary>
    public static SysfsAttribute<T> ReadWrite(string name, ShowMethod<T> show, StoreMethod<T> store, Predicate<T>? visible = null) =>
        new(name, null, (owner, page, _) => show(owner, page), (owner, value, _) => store(owner, value), visible);

    /// <summary>0644; a writer without privileges (capable() of the store) is refused, whatever the mode is.</summary>
    public static SysfsAttribute<T> Capable(string name, Errno refusal, ShowMethod<T> show, StoreMethod<T> store) =>
        new(name, null, (owner, page, _) => show(owner, page), (owner, value, caller) => caller.IsUnprivileged ? refusal : store(owner, value), null);

    /// <summary>Any of the two methods, with interruption; the mode follows from them.</summary>
    public static SysfsAttribute<T> Interruptible(
        string name,
        InterruptibleShowMethod<T>? show,
        InterruptibleStoreMethod<T>? store,
        Predicate<T>? visible = null) =>
        new(name, null, show, store is null ? null : (owner, value, caller) => store(owner, value, caller.Interrupted), visible);

    /// <summary>0200; the caller is not released before the store returns, not even by SIGKILL.</summary>
    public static SysfsAttribute<T> Uninterruptible(string name, UninterruptibleStoreMethod<T> store) =>
        new(name, null, null, store, null) { IsUninterruptible = true };

    internal override bool HasPredicate => visible is not null;

    internal override bool IsVisible(Kobject kobject) => visible is null || (kobject is T owner && visible(owner));

    internal override Result<int> Show(Kobject kobject, Span<byte> page, CancellationToken interrupted) =>
        show is null ? Errno.EIO : show((T)kobject, page, interrupted);

    internal override Errno Store(Kobject kobject, ReadOnlySpan<byte> value, KernfsCaller caller) =>
        store is null ? Errno.EIO : store((T)kobject, value, caller);
}
