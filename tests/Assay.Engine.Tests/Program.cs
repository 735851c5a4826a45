using System.Globalization;
using Assay.Engine;
using Assay.Engine.Tests;

// Started by InstructionSetTests: prints a digest of outputs per path.
int first = int.Parse(args[0], CultureInfo.InvariantCulture);
int end = int.Parse(args[1], CultureInfo.InvariantCulture);
foreach (SimdPath path in EngineHarness.Paths)
{
    Console.WriteLine($"{path} {EngineHarness.Digest(path, first, end)}");
}

Console.WriteLine(InstructionSetTests.InstructionSets());
