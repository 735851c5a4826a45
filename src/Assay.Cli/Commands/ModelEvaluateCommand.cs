using System.CommandLine;
using System.Globalization;
using Assay.Cli.Console;
using Assay.Models.Tasks.Measuring;
using Assay.Programs;

namespace Assay.Cli.Commands;

/// <summary><c>assay model evaluate</c>: what a package's model does on its test set, in float and exactly.</summary>
internal static class ModelEvaluateCommand
{
    internal static Command Create()
    {
        Argument<DirectoryInfo> package = new("package") { Description = "Folder with model.onnx, model.json that names the task, and its test set: models/face, models/orientation, models/voice." };
        Option<int?> items = new("--items") { Description = "At most so many items (clips of sound), evenly spread; default: all." };
        return new Command("evaluate", "Compile a package's model and measure it on its test set by its task: float and exact side by side.") { package, items }.Do((parsed, output, cancellation) =>
        {
            string folder = parsed.GetRequiredValue(package).FullName;
            int most = parsed.GetValue(items) ?? int.MaxValue;
            if (most < 1)
            {
                throw CliException.Usage("--items needs a positive number.");
            }

            ModelPackage read = ModelPackage.Read(folder);
            ExactModel model = read.Register(step => output.Note($"{read.Name}: {step}"), cancellation).Model!;
            output.Note($"{read.Name}: running the test set");
            TaskReport report = TaskMeasurement.Run(folder, model, most, cancellation);
            output.Line($"model id {model.Id}");
            output.Line($"{report.Task}: {report.Data}");
            output.Line($"{"",-48} {"float",12} {"exact",12}");
            foreach (TaskFigure figure in report.Figures)
            {
                output.Line($"{figure.Name,-48} {(figure.Float is { } value ? Text(value) : ""),12} {Text(figure.Exact),12}");
            }

            output.Json(json =>
            {
                json.WriteString("modelId", model.Id.ToString());
                json.WriteString("task", report.Task);
                json.WriteString("data", report.Data);
                json.WriteStartArray("figures");
                foreach (TaskFigure figure in report.Figures)
                {
                    json.WriteStartObject();
                    json.WriteString("name", figure.Name);
                    if (figure.Float is { } value)
                    {
                        json.WriteNumber("float", value);
                    }

                    json.WriteNumber("exact", figure.Exact);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
            return Task.FromResult(ExitCodes.Met);
        });
    }

    private static string Text(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
