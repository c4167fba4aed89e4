using VfioMigration.Uapi;

namespace VfioMigration.Sdk.Devices;

/// <summary>Registers of BAR 0 of an accelerator, 32-bit each.</summary>
internal static class AcceleratorRegister
{
    internal const int BarSize = Page.Size;
    internal const int Count = 8;

    /// <summary>Bit 0: the ring is on.</summary>
    internal const int Control = 0;

    internal const int BaseLow = 1;
    internal const int BaseHigh = 2;

    /// <summary>Requests in the ring.</summary>
    internal const int RingLength = 3;

    /// <summary>Next request to take; read-only.</summary>
    internal const int Head = 4;

    /// <summary>Writing it starts the work.</summary>
    internal const int Tail = 5;

    /// <summary>Counts requests; read-only.</summary>
    internal const int Completed = 6;

    internal static bool IsReadOnly(int register) => register is Head or Completed;
}
