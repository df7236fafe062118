import NodeSettings
import Testing

@Suite struct `The settings of the store` {
    @Test(arguments: [
        "host=/run/postgresql dbname=jiexu user=jiexu",
        "host=db.local passfile=/etc/jiexu/passwords sslmode=verify-full",
        "postgresql://jiexu@db.local:5432/jiexu?sslmode=verify-full", "postgresql:///jiexu?host=/run/postgresql",
    ])
    func `name a PostgreSQL server`(place: String) throws {
        let settings = try NodeSettings(yaml: Cast.minimal + "store:\n  postgres: \"\(place)\"\n")
        #expect(settings.store.postgres == place)
        #expect(try NodeSettings(yaml: settings.yaml) == settings)
    }

    @Test(arguments: [
        "host=/run password=secret", "host=/run PASSWORD = secret", "postgresql://jiexu:secret@db.local/jiexu",
        "postgres://jiexu:secret@db.local/jiexu", "postgresql://db.local/jiexu?password=secret", "jiexu",
    ])
    func `take no password, which others could read there`(place: String) {
        #expect(
            Cast.faults(adding: "store:\n  postgres: \"\(place)\"") == [
                "2 store.postgres: expected a connection string of PostgreSQL without a password, which stands in a file "
                    + "that passfile= names, or \"\""
            ])
    }

    @Test func `name an instance and its lease, on a server only`() throws {
        let server = "store:\n  postgres: \"host=/run\"\n"
        let settings = try NodeSettings(yaml: Cast.minimal + server + "  instance: \"south-1\"\n  leaseSeconds: 30\n")
        #expect(settings.store.instance == "south-1")
        #expect(settings.store.leaseSeconds == 30)
        #expect(try NodeSettings(yaml: settings.yaml) == settings)
        #expect(try NodeSettings(yaml: Cast.minimal + server).store.instance.isEmpty)
        #expect(
            Cast.faults(adding: "store:\n  instance: \"south-1\"\n") == [
                "2 store.instance: expected store.postgres too: a file is served by one process"
            ])
        #expect(Cast.faults(adding: server + "  instance: \"South 1\"\n").count == 1)
        #expect(Cast.faults(adding: server + "  leaseSeconds: 2\n").count == 1)
    }

    @Test func `allow a single copy of the data only in so many words`() throws {
        #expect(try NodeSettings(yaml: Cast.minimal).store.singleCopy == .refused)
        let settings = try NodeSettings(
            yaml: Cast.minimal + "store:\n  postgres: \"host=/run\"\n  singleCopy: allowed\n")
        #expect(settings.store.singleCopy == .allowed)
        #expect(try NodeSettings(yaml: settings.yaml) == settings)
        #expect(Cast.faults(adding: "store:\n  singleCopy: yes").count == 1)
    }

    @Test func `are a file where they say nothing`() throws {
        #expect(try NodeSettings(yaml: Cast.minimal).store.postgres.isEmpty)
    }
}
