# SPDX-License-Identifier: GPL-3.0-or-later
"""A socket before the server's that cuts a connection after a number of bytes, where it is told to."""
import os
import select
import socket
import threading

TO_SERVER, TO_CLIENT = 0, 1
NAME = ".s.PGSQL.5432"


class Wire:
    def __init__(self, folder, server_folder):
        os.makedirs(folder, exist_ok=True)
        self.folder = folder
        self.server = os.path.join(server_folder, NAME)
        self.plan = None
        self.cuts = 0
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(os.path.join(folder, NAME))
        os.chmod(os.path.join(folder, NAME), 0o777)
        self.listener.listen(16)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            plan, self.plan = self.plan, None
            threading.Thread(target=self.serve, args=(client, plan), daemon=True).start()

    def serve(self, client, plan):
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(self.server)
            self.pump([client, server], plan)
        except OSError:
            pass
        finally:
            server.close()
            client.close()

    def pump(self, ends, plan):
        passed = [0, 0]
        while True:
            for source in select.select(ends, [], [])[0]:
                direction = ends.index(source)
                wanted = 65536
                if plan and plan[0] == direction:
                    wanted = min(wanted, plan[1] - passed[direction])
                if wanted <= 0:
                    self.cuts += 1
                    return
                data = source.recv(wanted)
                if not data:
                    return
                ends[1 - direction].sendall(data)
                passed[direction] += len(data)
