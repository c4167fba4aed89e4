using System.Runtime.InteropServices;

namespace VfioMigration.Posix;

/// <summary><c>struct sock_filter</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct SeccompInstruction(ushort Code, byte JumpTrue, byte JumpFalse, uint Value);
