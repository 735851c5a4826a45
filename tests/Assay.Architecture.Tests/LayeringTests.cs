namespace Assay.Architecture.Tests;

public sealed class LayeringTests
{
    public static TheoryData<string> Projects => [.. SourceProject.All.Keys.Order(StringComparer.Ordinal)];

    [Fact]
    public void Projects_are_found()
    {
        Assert.Contains("Assay.Primitives", SourceProject.All.Keys);
        Assert.True(SourceProject.All.Count >= 7);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_is_in_the_table(string name) => Assert.Contains(name, ProjectTable.Rows.Keys);

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_references_point_as_the_table_says(string name)
    {
        foreach (string reference in SourceProject.All[name].References)
        {
            Assert.True(
                (reference == "Assay.Primitives" && name != reference) || ProjectTable.Rows[name].MayReference.Contains(reference),
                $"{name} must not reference {reference}.");
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Compiled_references_are_those_of_the_project_files(string name)
    {
        SourceProject project = SourceProject.All[name];
        foreach (string reference in project.AssemblyReferences.Where(reference => reference.StartsWith("Assay.", StringComparison.Ordinal)))
        {
            Assert.True(project.Closure().Contains(reference), $"{name} uses {reference} without a reference to it.");
        }
    }

    [Fact]
    public void Table_has_no_cycle_and_pure_projects_rest_on_pure_ones()
    {
        // Rows are ordered so that each refers only to earlier ones.
        List<string> earlier = [];
        foreach ((string name, ProjectTable.Row row) in ProjectTable.Rows)
        {
            Assert.All(row.MayReference, reference => Assert.Contains(reference, earlier));
            Assert.True(!row.IsPure || row.MayReference.All(reference => ProjectTable.Rows[reference].IsPure), name);
            earlier.Add(name);
        }
    }
}
