using System.Text.RegularExpressions;

namespace Assay.Architecture.Tests;

public sealed partial class SourceFileTests
{
    private const int MaxLines = 800;

    public static TheoryData<string> Projects => [.. SourceProject.All.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Files_are_short(string name)
    {
        foreach (string file in SourceProject.All[name].Sources)
        {
            int lines = File.ReadLines(file).Count();
            Assert.True(lines <= MaxLines, $"{file} has {lines} lines.");
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Public_type_stands_alone_in_a_file_of_its_name(string name)
    {
        foreach (string file in SourceProject.All[name].Sources)
        {
            // Parts of a partial type may be in files like Type.Part.cs.
            string expected = Path.GetFileNameWithoutExtension(file).Split('.')[0];
            string[] types = [.. PublicType().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value)];
            Assert.True(types.Length <= 1, $"{file} has the public types {string.Join(", ", types)}.");
            Assert.True(types.All(type => type == expected), $"{file} has the public type {string.Join(", ", types)}.");
        }
    }

    /// <summary>A public type at the start of a line: namespaces are file-scoped, so nested types are indented.</summary>
    [GeneratedRegex(
        @"^public (?:(?:static|sealed|abstract|readonly|ref|partial|unsafe|new) )*(?:class|struct|interface|enum|record(?: struct| class)?|delegate \S+) (?<name>\w+)",
        RegexOptions.Multiline)]
    private static partial Regex PublicType();
}
