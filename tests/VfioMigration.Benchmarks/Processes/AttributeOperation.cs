namespace VfioMigration.Benchmarks.Processes;

/// <summary>What the load generator does again and again.</summary>
/// <param name="Verb">pread, cat, stat, write (must succeed) or reject (must fail with EINVAL).</param>
/// <param name="Directory">Where the file is; the generator runs there.</param>
/// <param name="File">Its name.</param>
/// <param name="Text">What is written; empty when reading.</param>
internal sealed record AttributeOperation(string Verb, string Directory, string File, string Text = "");
