using System.Globalization;
using Assay.Cli.Console;
using Assay.Engine;
using Assay.Programs;

namespace Assay.Cli.Bench;

/// <summary>Where the engine's time goes in one model, step by step, on one thread.</summary>
internal static class EngineProfile
{
    /// <summary>The shortest of so many rounds is a step's time.</summary>
    private const int Rounds = 300;

    internal static void Show(Output output, string name, ExactModel model)
    {
        using ExactEngine engine = ExactEngine.Compile(model);
        IReadOnlyList<StepTime> steps = engine.Profile(Inputs(model.Program), 1, Rounds, TimeProvider.System);
        double total = steps.Sum(static step => step.Microseconds);
        long work = steps.Sum(static step => step.MultiplyAdds);
        output.Line(string.Create(
            CultureInfo.InvariantCulture, $"{name} ({engine.InstructionSet}, one thread, one item): {total:N1} us in {steps.Count} steps, {work / 1e6:N2} M multiply-adds, {work / 1e3 / total:N1} G/s"));
        output.Line($"{"step",-14} {"value",5}  {"shape",-18} {"us",10} {"share",7} {"M mul-add",10} {"G/s",7}");
        foreach (StepTime step in steps)
        {
            string shape = string.Join(',', model.Program.TypeOf(step.Value).Shape);
            output.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"{step.Step,-14} {step.Value,5}  {shape,-18} {step.Microseconds,10:N2} {100 * step.Microseconds / total,6:N1}% {step.MultiplyAdds / 1e6,10:N3} {step.MultiplyAdds / 1e3 / step.Microseconds,7:N1}"));
        }

        output.Line();
        output.Line($"{"all of a kind",-14} {"steps",5}  {"",-18} {"us",10} {"share",7} {"M mul-add",10} {"G/s",7}");
        foreach (IGrouping<string, StepTime> kind in steps.GroupBy(static step => step.Step).OrderByDescending(static kind => kind.Sum(static step => step.Microseconds)))
        {
            (double time, long adds) = (kind.Sum(static step => step.Microseconds), kind.Sum(static step => step.MultiplyAdds));
            output.Line(string.Create(
                CultureInfo.InvariantCulture, $"{kind.Key,-14} {kind.Count(),5}  {"",-18} {time,10:N2} {100 * time / total,6:N1}% {adds / 1e6,10:N3} {adds / 1e3 / time,7:N1}"));
        }

        output.Json(json =>
        {
            json.WriteString("model", name);
            json.WriteString("instructionSet", engine.InstructionSet);
            json.WriteNumber("microseconds", Math.Round(total, 3));
            json.WriteNumber("multiplyAdds", work);
            json.WriteStartArray("steps");
            foreach (StepTime step in steps)
            {
                json.WriteStartObject();
                json.WriteString("step", step.Step);
                json.WriteNumber("value", step.Value);
                json.WriteNumber("microseconds", Math.Round(step.Microseconds, 3));
                json.WriteNumber("multiplyAdds", step.MultiplyAdds);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    /// <summary>Elements all over the inputs' ranges; the same each time.</summary>
    private static short[] Inputs(ExactProgram program)
    {
        Random random = new(1);
        return [.. program.Inputs.SelectMany(input => Enumerable.Range(0, input.Type.Count).Select(_ => (short)random.Next(input.Type.Lo, input.Type.Hi + 1)))];
    }
}
