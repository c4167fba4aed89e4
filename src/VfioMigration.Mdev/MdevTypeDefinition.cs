namespace VfioMigration.Mdev;

/// <summary>
/// A vendor driver's definition of a type (<c>struct mdev_type</c>): derive from it to keep more.
/// </summary>
/// <param name="SysfsName">The part of the directory name after the parent's driver, such as <c>GVTg_V5_4</c>.</param>
/// <param name="PrettyName">Shown by <c>name</c>; null shows <paramref name="SysfsName"/>.</param>
public record MdevTypeDefinition(string SysfsName, string? PrettyName = null);
