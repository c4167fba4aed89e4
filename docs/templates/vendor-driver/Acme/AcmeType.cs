using VfioMigration.Mdev;

namespace Acme;

/// <summary>A part of a card.</summary>
/// <param name="SysfsName">Directory, behind the parent's driver or class and a dash.</param>
/// <param name="Quarters">How much of the card it is.</param>
public sealed record AcmeType(string SysfsName, int Quarters) : MdevTypeDefinition(SysfsName, $"Acme {SysfsName}");
